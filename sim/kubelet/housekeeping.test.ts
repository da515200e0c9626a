import { expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { Housekeeping } from './housekeeping.ts';

function cleaning(firstAt: number) {
  const clock = new VirtualClock();
  const housekeeping = new Housekeeping({ clock, periodMs: 2000, firstAt });
  const done: string[] = [];
  const note = (name: string) => housekeeping.atNextTick(() => done.push(`${clock.now()} ${name}`));
  return { clock, housekeeping, note, done };
}

it('does at the next tick of its grid what was noted, in turn', () => {
  const { clock, note, done } = cleaning(-500);
  note('a');
  note('b');
  clock.runUntil(1500);
  note('c');
  clock.runUntil(9000);
  note('d');
  clock.runUntil(20_000);
  expect(done).toEqual(['1500 a', '1500 b', '3500 c', '9500 d']);
});

it('waits for its first tick', () => {
  const { clock, note, done } = cleaning(5000);
  note('a');
  clock.runUntil(20_000);
  expect(done).toEqual(['5000 a']);
});

it('does nothing any more once it is stopped', () => {
  const { clock, housekeeping, note, done } = cleaning(1000);
  note('a');
  housekeeping.stop();
  clock.runUntil(20_000);
  expect(done).toEqual([]);
});
