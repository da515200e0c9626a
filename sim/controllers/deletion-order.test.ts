import { expect, test } from 'vitest';
import type { Pod } from '../kube/objects.ts';
import { inDeletionOrder } from './deletion-order.ts';

const NOW = Date.UTC(2026, 0, 1, 1);

interface Description {
  node?: string;
  phase?: string;
  /** Seconds since it became ready. */
  ready?: number;
  /** Seconds since its creation. */
  age?: number;
  cost?: string;
  restarts?: number;
}

function pod(name: string, { node = 'n', phase = 'Running', ready, age = 100, cost, restarts = 0 }: Description): Pod {
  const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString().replace('.000Z', 'Z');
  const annotations = cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  return {
    metadata: { name, uid: name, creationTimestamp: ago(age), annotations },
    spec: { containers: [], ...(node === '' ? {} : { nodeName: node }) },
    status: {
      phase,
      conditions: ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(ready) }],
      containerStatuses: [{ name: 'app', restartCount: restarts }],
    },
  } as unknown as Pod;
}

test.each<[string, Description, Description]>([
  ['without a node', { node: '' }, { phase: 'Pending' }],
  ['pending', { phase: 'Pending' }, { phase: 'Unknown' }],
  ['unknown', { phase: 'Unknown' }, { ready: 5 }],
  ['not ready', {}, { ready: 5 }],
  ['cheap', { ready: 500, cost: '-1' }, { ready: 1 }],
  ['ready for less time, by powers of two', { ready: 11 }, { ready: 21 }],
  ['often restarted', { ready: 5, restarts: 3 }, { ready: 5, restarts: 2 }],
  ['young', { ready: 5, age: 10 }, { ready: 5, age: 100 }],
])('%s goes first', (_, first, second) => {
  expect(inDeletionOrder([pod('z', second), pod('a', first)], [], NOW).map((one) => one.metadata.name)).toEqual([
    'a',
    'z',
  ]);
  // Not by name or uid.
  expect(inDeletionOrder([pod('a', second), pod('z', first)], [], NOW).map((one) => one.metadata.name)).toEqual([
    'z',
    'a',
  ]);
});

test('the recorded scale-down: of 11.6, 21.7 and 32.7 s the last two fall in one bucket, where the uid decides', () => {
  const pods = [pod('u3', { ready: 11 }), pod('u2', { ready: 21 }), pod('u1', { ready: 32 })];
  expect(inDeletionOrder(pods, [], NOW).map((one) => one.metadata.name)).toEqual(['u3', 'u1', 'u2']);
});

test('a node with many pods of the same owner is relieved first', () => {
  const crowded = pod('crowded', { node: 'a', ready: 500 });
  const alone = pod('alone', { node: 'b', ready: 5 });
  const order = inDeletionOrder([alone, crowded], [crowded, alone, pod('other', { node: 'a' })], NOW);
  expect(order.map((one) => one.metadata.name)).toEqual(['crowded', 'alone']);
});

test('pods that are equal in everything go by their uids, however they are listed', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => pod(name, { ready: 50 })) as [Pod, Pod, Pod];
  for (const list of [
    [a, b, c],
    [c, b, a],
    [b, c, a],
  ]) {
    expect(inDeletionOrder(list, list, NOW).map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
  }
});
