import type { ProbeType } from '../../kube/fact.ts';
import type { Probe } from '../../kube/objects.ts';

/** A run of equal results. It belongs to the worker, not to a container: a restart does not clear it. */
export interface Run {
  readonly lastResult: 'Success' | 'Failure';
  /** Consecutive results equal to `lastResult`, counted up to the threshold: beyond it no rule tells counts apart. */
  readonly resultRun: number;
}

/** What one more result makes of a run. */
export interface Tally extends Run {
  /** The threshold is reached: the result is to be published. */
  readonly publish: boolean;
  /** Probing stops until another container id shows up. */
  readonly onHold: boolean;
}

/** No result yet. The zero value of a result is Success in the kubelet, too. */
export const NO_RUN: Run = { lastResult: 'Success', resultRun: 0 };

/**
 * Counts a result against the probe's thresholds. Pure.
 * Models the end of kubernetes v1.34 pkg/kubelet/prober/worker.go doProbe.
 */
export function tally(run: Run, result: 'Success' | 'Failure', spec: Probe, probe: ProbeType): Tally {
  const threshold = result === 'Failure' ? (spec.failureThreshold ?? 3) : (spec.successThreshold ?? 1);
  const resultRun = run.lastResult === result ? Math.min(run.resultRun + 1, Math.max(threshold, 1)) : 1;
  if (resultRun < threshold) return { lastResult: result, resultRun, publish: false, onHold: false };
  // The container is about to be restarted, or has started: no more probes until there is another one.
  const onHold = probe === 'startup' || (probe === 'liveness' && result === 'Failure');
  return { lastResult: result, resultRun: onHold ? 0 : resultRun, publish: true, onHold };
}
