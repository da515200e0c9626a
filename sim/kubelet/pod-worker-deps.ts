import type { Clock } from '../core/clock.ts';
import type { LabHistory } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
import type { Pleg } from './pleg.ts';
import type { PodContainersDeps } from './pod-containers.ts';
import type { PodEvents } from './ports.ts';
import type { ProbeManager } from './probe-manager.ts';
import type { KubeletProfile } from './profiles.ts';
import type { ProbeResults } from './results.ts';
import type { StatusManager } from './status/status-manager.ts';
import type { KubeletTimings } from './timings.ts';

/** What pod workers share: the parts of the kubelet process, and what they ask of it. */
export interface PodWorkerDeps extends PodContainersDeps {
  clock: Clock;
  history: LabHistory;
  events: PodEvents;
  pleg: Pleg;
  probes: ProbeManager;
  results: ProbeResults;
  statuses: StatusManager;
  timings: KubeletTimings;
  profile: KubeletProfile;
  node: { name: string; ip: string };
  /** Puts the pod back into the queue of pods to sync: after a good sync, or after one that failed or backs off. */
  requeue(podUID: string, outcome: 'good' | 'error'): void;
  /** Run time at which the sync loop looks for pods whose deadline has passed, from `at` on. */
  deadlineTick(pod: Pod, at: number): number;
  /** How long this pod's mount takes, if a recorded run says it. */
  mountMs?(pod: Pod): number | undefined;
  /** How long taking down this pod's sandbox takes, if a recorded run says it. */
  tornDownMs?(pod: Pod): number | undefined;
  /** Of a run that repeats a recorded one: does a look at the runtime find the network gone and the sandbox there? */
  looksWhileTornDown?(pod: Pod): boolean | undefined;
  /** … and does one find the deaths, so that older dead instances go before the last status is made? */
  prunesWhileTornDown?(pod: Pod): boolean;
  /** Of a run that repeats a recorded one: see `KubeletMoments.merges`. */
  mergesRequest?(pod: Pod, waiting: boolean): boolean;
  /** The pod's work is over and its object may go. */
  reclaimed(pod: Pod): void;
  /** The worker is no longer needed. */
  left(podUID: string): void;
}
