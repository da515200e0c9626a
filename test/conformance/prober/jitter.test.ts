import { expect, test } from 'vitest';
import type { NewWorker } from '../../../sim/kubelet/probe-manager.machine.ts';
import { jitterFromTrace } from './jitter.ts';
import type { TraceEntry } from './scenario.ts';

const PERIOD_MS = 5000;
const ADDED: TraceEntry[] = [
  { t: 1, k: 'op', op: 'AddPod' },
  { t: 1, k: 'status', cs: [{ name: 'app', state: 'waiting:ContainerCreating', ready: false, restarts: 0 }] },
];
const SEEN: TraceEntry = {
  t: 8101,
  k: 'status',
  cs: [{ name: 'app', id: 'app-1', state: 'running', ready: false, restarts: 0 }],
};

function wait(probe: 'liveness' | 'readiness', trace: TraceEntry[]): number {
  const worker = { key: { podUID: 'uid-1', container: 'app', probe } } as NewWorker;
  return jitterFromTrace(trace)(worker, PERIOD_MS);
}

test('the first sign of life is the wait and whole periods after AddPod', () => {
  const sign: TraceEntry = { t: 9301, k: 'update', c: 'app', probe: 'liveness', result: 'Success' };
  expect(wait('liveness', [...ADDED, SEEN, sign])).toBe(4300);
});

test('a worker without a sign was not due while the container was to be seen', () => {
  expect(wait('liveness', [...ADDED, SEEN])).toBe(3099);
  expect(wait('liveness', ADDED)).toBe(0);
});

test('a first sign of readiness in the millisecond of a sync is its trigger, no tick', () => {
  const sign: TraceEntry = { t: 8101, k: 'update', c: 'app', probe: 'readiness', result: 'Failure' };
  expect(wait('readiness', [...ADDED, { t: 8101, k: 'sync' }, SEEN, sign])).toBe(3099);
  expect(wait('readiness', [...ADDED, SEEN, { ...sign, t: 9301 }])).toBe(4300);
});
