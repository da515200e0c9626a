import { expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { PodReclaim } from './pod-reclaim.ts';

function reclaiming() {
  const clock = new VirtualClock();
  const told: string[] = [];
  const note = (what: string) => () => told.push(`${clock.now()} ${what}`);
  const reclaim = new PodReclaim({ clock, reclaimMs: 20, reclaimed: note('reclaimed'), over: note('over') });
  return { clock, told, reclaim };
}

it('lets a deleted pod go when the node has cleaned up', () => {
  const { clock, told, reclaim } = reclaiming();
  reclaim.consider({ deleted: true, gone: false });
  reclaim.consider({ deleted: true, gone: false });
  expect(reclaim.isOver).toBe(false);
  clock.runUntil(1000);
  expect(told).toEqual(['20 reclaimed', '20 over']);
  expect(reclaim.isOver).toBe(true);
});

it('a finished pod stays until it is deleted', () => {
  const { clock, told, reclaim } = reclaiming();
  reclaim.consider({ deleted: false, gone: false });
  clock.runUntil(1000);
  expect(told).toEqual([]);
});

it('a pod whose object is gone has nothing to give back, and goes at once if that happens meanwhile', () => {
  const first = reclaiming();
  first.reclaim.consider({ deleted: false, gone: true });
  first.clock.runUntil(1000);
  expect(first.told).toEqual(['20 over']);
  const second = reclaiming();
  second.reclaim.consider({ deleted: true, gone: false });
  second.clock.runUntil(5);
  second.reclaim.consider({ deleted: true, gone: true });
  second.clock.runUntil(1000);
  expect(second.told).toEqual(['5 over']);
});
