import { calicoDoctor } from './calico/calico-doctor.ts';
import type { Doctor } from './doctor.ts';
import { osmDoctor } from './osm/osm-doctor.ts';

/** Every procedure that `probelab doctor` knows. */
export const DOCTORS: readonly Doctor[] = [osmDoctor, calicoDoctor];
