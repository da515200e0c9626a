import type { NewWorker, WorkerKey } from '../../../sim/kubelet/probe-manager.machine.ts';
import type { TraceEntry } from './scenario.ts';

/**
 * The random start-up waits of a recording, read off its trace: a worker's first sign of life, counted from AddPod, is
 * its wait plus whole periods. Two kinds of worker show no tick of their own: one that gives no sign at all, and one
 * whose first sign is a sync's trigger, which starts a new grid. Their ticks fall just before the container is seen.
 */
export function jitterFromTrace(trace: readonly TraceEntry[]): (worker: NewWorker, periodMs: number) => number {
  const added = trace.find((entry) => entry.op === 'AddPod')?.t ?? 0;
  return ({ key }, periodMs) => {
    const sign = trace.find(isOf(key))?.t;
    const seen = trace.find((entry) => entry.cs?.some(({ name, id }) => name === key.container && id !== undefined))?.t;
    const tick = sign === undefined || isTriggered(trace, key, sign) ? (seen ?? added) - 1 : sign;
    return Math.max(0, tick - added) % periodMs;
  };
}

function isOf({ container, probe }: WorkerKey): (entry: TraceEntry) => boolean {
  return (entry) => (entry.k === 'update' || entry.k === 'probe') && entry.c === container && entry.probe === probe;
}

function isTriggered(trace: readonly TraceEntry[], { probe }: WorkerKey, t: number): boolean {
  return probe === 'readiness' && trace.some((entry) => entry.k === 'sync' && entry.t === t);
}
