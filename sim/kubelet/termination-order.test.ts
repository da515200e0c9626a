import { expect, test } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import type { Pod } from '../kube/objects.ts';
import { TerminationOrder } from './termination-order.ts';

const pod = {
  spec: {
    containers: [{ name: 'main' }],
    initContainers: [
      { name: 'setup' },
      { name: 'one', restartPolicy: 'Always' },
      { name: 'two', restartPolicy: 'Always' },
    ],
  },
} as unknown as Pod;

test('regular containers go at once, sidecars in reverse order after them', () => {
  const clock = new VirtualClock();
  const order = new TerminationOrder(clock, pod, ['main', 'one', 'two']);
  const went: [string, number][] = [];
  for (const name of ['main', 'one', 'two']) order.awaitTurn(name, 20_000, (waited) => went.push([name, waited]));
  expect(went).toEqual([['main', 0]]);
  clock.runUntil(2000);
  order.terminated('main');
  expect(went.at(-1)).toEqual(['two', 2000]);
  clock.runUntil(3000);
  order.terminated('two');
  expect(went.at(-1)).toEqual(['one', 3000]);
  expect(clock.pending).toBe(0);
});

test('when the grace is over, who waits goes without its turn', () => {
  const clock = new VirtualClock();
  const order = new TerminationOrder(clock, pod, ['main', 'two']);
  const went: number[] = [];
  order.awaitTurn('two', 4000, (waited) => went.push(waited));
  clock.runUntil(4000);
  expect(went).toEqual([4000]);
  order.terminated('main');
  expect(went).toEqual([4000]);
});
