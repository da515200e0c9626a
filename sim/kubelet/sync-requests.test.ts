import { expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { SyncRequests } from './sync-requests.ts';

function requests(merges = false) {
  const clock = new VirtualClock();
  return { clock, requests: new SyncRequests(clock, () => merges) };
}

it('keeps one request, however many come', () => {
  const { requests: asked } = requests();
  expect(asked.isPending).toBe(false);
  expect([asked.add(), asked.add()]).toEqual([true, true]);
  asked.take();
  expect(asked.isPending).toBe(false);
});

it('a request that comes while a sync begins is another one', () => {
  const { requests: asked } = requests();
  asked.add();
  asked.take();
  asked.add();
  asked.begin(false);
  expect(asked.isPending).toBe(true);
});

it('of a repeated run, a request of the moment is part of the sync; a later one, or the end, never is', () => {
  const { clock, requests: asked } = requests(true);
  clock.runUntil(1000);
  asked.add();
  asked.take();
  asked.begin(false);
  expect(asked.add()).toBe(false);
  clock.runUntil(1100);
  expect(asked.add()).toBe(true);
  asked.begin(true);
  expect(asked.isPending).toBe(true);
});

it('of a repeated run, requests of a moment are one also while the first waits for a look', () => {
  const clock = new VirtualClock();
  let one = true;
  const asked = new SyncRequests(clock, (waiting) => waiting && one);
  clock.runUntil(1000);
  asked.add();
  asked.take();
  expect(asked.add()).toBe(false);
  clock.runUntil(1100);
  expect(asked.add()).toBe(true);
  asked.begin(false);
  asked.take();
  one = false;
  expect(asked.add()).toBe(true);
});

it('of a repeated run, a request that had been thought another than its sync is one with the next', () => {
  const clock = new VirtualClock();
  const asked = new SyncRequests(clock, (waiting) => waiting);
  clock.runUntil(1000);
  asked.add();
  asked.take();
  asked.begin(false);
  asked.add();
  asked.take();
  clock.runUntil(1800);
  expect(asked.add()).toBe(false);
  asked.begin(false);
  expect(asked.isPending).toBe(false);
});
