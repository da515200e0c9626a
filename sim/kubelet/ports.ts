import type { ProbeResult, ProbeType } from '../kube/fact.ts';
import type { Container, Pod, PodStatus } from '../kube/objects.ts';

/**
 * The three ports through which the prober and the rest of the kubelet talk. The conformance runner stands behind them
 * with the recorder's simplified sync loop; the kubelet with its pod workers.
 */

/** What the status manager holds for a pod, workers read it at the start of each run. */
export interface PodStatusSource {
  getPodStatus(podUID: string): PodStatus | undefined;
}

/** Asks the pod worker to sync; requests for a pod that is already to be synced coalesce. */
export interface SyncRequests {
  requestSync(podUID: string): void;
}

/** A changed value in one of the three results managers. Only `set` sends; `remove` is silent. */
export interface ResultUpdate {
  podUID: string;
  container: string;
  containerID: string;
  probe: ProbeType;
  result: ProbeResult;
  previous: ProbeResult | undefined;
}

/** One run of a probe: retries after errors included, events recorded. Asynchronous on the run's clock. */
export interface Prober {
  /**
   * Models kubernetes v1.34 pkg/kubelet/prober/prober.go probe.
   * Calls `done` exactly once, never from within `probe`; not after `cancel`.
   */
  probe(run: ProbeRun, done: (outcome: ProbeOutcome) => void): void;
}

export interface ProbeRun {
  probe: ProbeType;
  /** The pod as it was when the worker was added. */
  pod: Pod;
  /** The stored status at the start of the run (pod IP). */
  status: PodStatus;
  container: Container;
  containerID: string;
}

/** `thrownAway`: three errors in a row; the kubelet ignores such a run altogether. */
export type ProbeOutcome = { result: 'Success' | 'Failure'; thrownAway: boolean };

/** Records events about a pod's container. `fieldPath` such as `spec.containers{app}`. */
export interface ContainerEvents {
  event(pod: Pod, container: Container, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** One attempt of a probe's handler (no retries): builds the request, performs it, words what happened. */
export interface ProbeHandlers {
  /** Calls `done` exactly once, never from within `attempt`. Models kubernetes v1.34 pkg/kubelet/prober/prober.go runProbe. */
  attempt(run: ProbeRun, done: (outcome: AttemptOutcome) => void): void;
}

export interface AttemptOutcome {
  /** `error`: the handler returned an error (retried); `unknown` without an error counts as failure. */
  result: 'success' | 'warning' | 'failure' | 'error' | 'unknown';
  /** Output, or the error's text, as it stands in the event. */
  output: string;
  /** Of an error only: the handler's result as the event words it. HTTP's is `failure`; default `unknown`. */
  errorState?: 'failure' | 'unknown';
}

/** Events about a container, or about the pod as a whole (no fieldPath). */
export interface PodEvents extends ContainerEvents {
  podEvent(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** The process that records is over: what it remembered of events (counts, budgets) goes with it. */
  forget?(): void;
}
