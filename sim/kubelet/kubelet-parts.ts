import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { LabHistory } from '../kube/fact.ts';
import type { Store } from '../kube/store.ts';
import type { RuntimePort } from '../runtime/port.ts';
import type { KubeletMoments } from './moments.ts';
import type { PodEvents } from './ports.ts';
import type { KubeletProfile } from './profiles.ts';
import type { KubeletTimings } from './timings.ts';

/** What a kubelet is made with; its processes, one after the other, share it. */
export interface KubeletParts {
  clock: Clock;
  random: Random;
  history: LabHistory;
  store: Store;
  port: RuntimePort;
  events: PodEvents;
  profile: KubeletProfile;
  timings: KubeletTimings;
  node: { name: string; ip: string };
  /** Of a run that repeats a recorded one. */
  moments?: KubeletMoments;
}
