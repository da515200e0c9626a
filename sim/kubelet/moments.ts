import type { PodRef, ProbeType } from '../kube/fact.ts';
import type { SeenState } from './pleg.ts';
import type { RuntimePod } from './runtime-state.ts';

/**
 * The moments that on a real node hang on nothing but its own jitter: when it looks, when it comes back to a pod, how
 * long a mount takes. A run that repeats a recorded one says them; an answer of undefined leaves it to the kubelet.
 * All in milliseconds from now.
 */
export interface KubeletMoments {
  /** PLEG's next look at a pod of which something changed. */
  look?(pod: PodRef): number | undefined;
  /** The next look at a pod whose worker waits for one younger than its last sync, `sinceMs` ago; 0: there was one. */
  freshLook?(pod: PodRef, sinceMs: number): number | undefined;
  /**
   * What a look that is over now saw of a pod, of its last states (the oldest first): a look takes its time, so what
   * changed meanwhile is for the next one. Undefined: what is now.
   */
  sees?(pod: PodRef, states: readonly SeenState[]): RuntimePod | undefined;
  /**
   * True if a request for a sync that comes with the last sync is one with the request that led to that; `waiting`: if
   * it is one with the request whose sync has not begun yet, as it waits for a look.
   */
  merges?(pod: PodRef, waiting: boolean): boolean;
  /** The pod's next turn in the queue, after a good sync or after one that failed or backs off. */
  requeue?(pod: PodRef, outcome: 'good' | 'error'): number | undefined;
  /** When the sync loop notices that a pod's deadline has passed: ms after `at` (run time), where it passes. */
  deadline?(pod: PodRef, at: number): number | undefined;
  /** Until the pod's volumes are mounted. */
  mount?(pod: PodRef): number | undefined;
  /** The next writes of a pod's status that belong to one burst. */
  writes?(pod: PodRef): readonly number[];
  /**
   * True if the readiness probe that a sync triggers sees the status from before that sync: the worker was faster than
   * the sync's own bookkeeping. It then probes nothing, but its period begins anew. `with-tick`: a tick comes in the same
   * moment, and the two are one.
   */
  triggersEarly?(pod: PodRef, container: string): boolean | 'with-tick' | undefined;
  /** Until a pod's sandbox is down, its containers being over. */
  tornDown?(pod: PodRef): number | undefined;
  /** True if a worker's tick sees the status from before the sync of this moment: nothing is probed until the next. */
  missesTick?(pod: PodRef, container: string, probe: ProbeType): boolean | undefined;
  /** How much later than now the answer to a probe came that is here now. */
  answer?(pod: PodRef, container: string, probe: ProbeType): number | undefined;
  /** Until the clean-up forgets the status of a pod whose object is gone. */
  forget?(pod: PodRef): number | undefined;
  /** Does a look at the runtime fall into the moment in which the pod's network is gone and its sandbox is not? */
  looksWhileTornDown?(pod: PodRef): boolean;
  /** Does one find the deaths before the pod's last status is made, so that older dead instances are gone from that? */
  prunesWhileTornDown?(pod: PodRef): boolean;
  /** The start-up wait of a probe worker, while the kubelet is young. */
  jitter?(pod: PodRef, container: string, probe: ProbeType, periodMs: number): number | undefined;
}
