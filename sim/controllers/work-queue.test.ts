import { expect, test } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { WorkQueue } from './work-queue.ts';

function queue(): { clock: VirtualClock; queue: WorkQueue; done: string[] } {
  const clock = new VirtualClock();
  const done: string[] = [];
  return { clock, done, queue: new WorkQueue(clock, 2, (key) => done.push(`${key} ${clock.now()}`)) };
}

test('a key added often is processed once, its latency after it was first added', () => {
  const { clock, queue: q, done } = queue();
  q.add('a');
  clock.runUntil(1);
  q.add('a');
  q.add('b');
  clock.runUntil(10);
  q.add('a');
  clock.runUntil(20);
  expect(done).toEqual(['a 2', 'b 3', 'a 12']);
});

test('of several delays the earliest wins', () => {
  const { clock, queue: q, done } = queue();
  q.addAfter('a', 100);
  q.addAfter('a', 50);
  q.addAfter('a', 80);
  clock.runUntil(500);
  expect(done).toEqual(['a 52']);
});

test('failures wait twice as long each time, until one succeeds', () => {
  const { clock, queue: q, done } = queue();
  const fail = (): void => {
    const at = clock.now();
    q.addRateLimited('a');
    clock.runUntil(at + 2_000_000);
    done.push(`after ${Number(done.pop()?.slice(2)) - at - 2}`);
  };
  for (let i = 0; i < 3; i++) fail();
  for (let i = 0; i < 20; i++) fail();
  q.forget('a');
  fail();
  expect(done.slice(0, 3)).toEqual(['after 5', 'after 10', 'after 20']);
  expect(done[22]).toBe('after 1000000');
  expect(done[23]).toBe('after 5');
});

test('a key in work waits for its release', () => {
  const { clock, queue: q, done } = queue();
  q.hold('a');
  q.add('a');
  q.add('b');
  clock.runUntil(10);
  expect(done).toEqual(['b 2']);
  q.release('a');
  clock.runUntil(20);
  expect(done).toEqual(['b 2', 'a 12']);
});

test('a released key that was not added meanwhile is not processed', () => {
  const { clock, queue: q, done } = queue();
  q.hold('a');
  q.release('a');
  clock.runUntil(10);
  expect(done).toEqual([]);
});

test('what waits is forgotten at the end', () => {
  const { clock, queue: q, done } = queue();
  q.add('a');
  q.addAfter('b', 5);
  q.clear();
  clock.runUntil(100);
  expect([done, clock.pending]).toEqual([[], 0]);
});
