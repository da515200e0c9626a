import type { Container, Namespace, Pod } from '../../kube/objects.ts';
import { PROBE_TYPES, type ProbeType } from '../../mesh/osm/constants.ts';
import type { OsmProfile } from '../../mesh/osm/profiles.ts';
import type { ClusterView } from '../cluster-view.ts';

/** A pod under the question what OSM makes of it. */
export interface TrapSubject {
  /** Without OSM's containers: as the injector gets it, or, if that is not known, as it left it. */
  pod: Pod;
  /** The probes of `pod` are already the rewritten ones. */
  rewritten: boolean;
  /** The pod as it runs, if it does. */
  admitted: Pod | undefined;
  namespace: Namespace | undefined;
  profile: OsmProfile;
  view: ClusterView;
}

export interface TrapFinding {
  status: 'Warning' | 'Failure';
  reason: string;
  suggestion: string;
}

/** One known way in which a pod's specification goes wrong in the mesh. */
export interface Trap {
  rule: string;
  /** What is verified, about "the pod". */
  context: string;
  find(subject: TrapSubject): TrapFinding[];
}

export interface PlacedProbe {
  container: Container;
  type: ProbeType;
  probe: NonNullable<Container['livenessProbe']>;
}

/** Every probe of a pod's containers. */
export function probesOf(pod: Pod): PlacedProbe[] {
  return pod.spec.containers.flatMap((container) =>
    PROBE_TYPES.flatMap((type) => {
      const probe = container[`${type}Probe`];
      return probe === undefined ? [] : [{ container, type, probe }];
    }),
  );
}

/** `container "app": livenessProbe` */
export function placeOf({ container, type }: PlacedProbe): string {
  return `container "${container.name}": ${type}Probe`;
}
