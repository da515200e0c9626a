import type { NewWorker } from '../../../sim/kubelet/probe-manager.machine.ts';
import type { TraceEntry } from './scenario.ts';

/**
 * The random start-up waits of a recording, read off its trace: a worker's first sign of life, counted from AddPod, is
 * its wait plus whole periods.
 */
export function jitterFromTrace(trace: readonly TraceEntry[]): (worker: NewWorker, periodMs: number) => number {
  const added = trace.find((entry) => entry.op === 'AddPod')?.t ?? 0;
  return ({ key }, periodMs) => {
    const first = trace.find(
      (entry) =>
        (entry.k === 'update' || entry.k === 'probe') && entry.c === key.container && entry.probe === key.probe,
    );
    return first === undefined ? 0 : (first.t - added) % periodMs;
  };
}
