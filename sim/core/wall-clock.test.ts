import { expect, test } from 'vitest';
import { WallClock } from './wall-clock.ts';

/** A host whose timers fire `earlyMs` before they should, once. */
function host(earlyMs: number) {
  let now = 1000;
  const waiting: { at: number; fn: () => void }[] = [];
  return {
    monotonic: () => now,
    wall: () => 0,
    setTimeout(fn: () => void, ms: number) {
      const timer = { at: now + ms - (ms > earlyMs ? earlyMs : 0), fn };
      waiting.push(timer);
      return timer;
    },
    clearTimeout(timer: never) {
      const at = waiting.indexOf(timer);
      if (at >= 0) waiting.splice(at, 1);
    },
    run() {
      const earliest = () => waiting.sort((a, b) => a.at - b.at).shift();
      for (let next = earliest(); next !== undefined; next = earliest()) {
        now = Math.max(now, next.at);
        next.fn();
      }
    },
  };
}

test('a timer of the host that fires early does not run the callback before it is due', () => {
  const place = host(2);
  const clock = new WallClock(place);
  const seen: number[] = [];
  clock.setTimeout(() => seen.push(clock.now()), 100);
  place.run();
  expect(seen).toEqual([100]);
});

test('a timer that waits once more can still be cancelled', () => {
  const place = host(2);
  const clock = new WallClock(place);
  let ran = false;
  const timer = clock.setTimeout(() => {
    ran = true;
  }, 100);
  clock.clearTimeout(timer);
  place.run();
  expect(ran).toBe(false);
});

test('a reset of the clock does not move timers that wait', () => {
  const place = host(2);
  const clock = new WallClock(place);
  let at: number | undefined;
  clock.setTimeout(() => {
    at = place.monotonic();
  }, 100);
  place.setTimeout(() => clock.reset(), 0);
  place.run();
  expect(at).toBe(1100);
});
