import { expect, test } from 'vitest';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { EventLoop } from './sync-loop.ts';

function setUp() {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const see = (what: string) => () => void seen.push(`${clock.now()} ${what}`);
  return { clock, loop: new EventLoop(clock), seen, see };
}

test('what a worker tells is handled after the events that fall due in the same millisecond', () => {
  const { clock, loop, seen, see } = setUp();
  loop.at(10, see('sync'));
  clock.setTimeout(() => loop.update(see('update')), 10);
  clock.runUntil(20);
  expect(seen).toEqual(['10 sync', '10 update']);
});

test('while the loop sleeps, updates wait in the order in which they were sent, and go before its next event', () => {
  const { clock, loop, seen, see } = setUp();
  loop.at(10, () => loop.sleep(5, see('awake')));
  loop.at(12, see('sync'));
  clock.setTimeout(() => loop.update(see('first')), 11);
  clock.setTimeout(() => loop.update(see('second')), 15);
  clock.runUntil(20);
  expect(seen).toEqual(['15 awake', '15 first', '15 second', '15 sync']);
});
