import { type Clock, DUE_ORDER } from '../../../sim/core/clock.ts';

/**
 * The recorder's single loop: timed events in order of (time, insertion). Workers see the world as it is before the
 * events of their millisecond; what they tell of it arrives after those, for the loop is awake by then. While the loop
 * is blocked (asleep inside a sync) everything waits.
 * Emulates the loop in Run of the recording program.
 */
export class EventLoop {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  readonly #updates: (() => void)[] = [];
  #blocked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `fn` at run time `atMs`, after everything else that is due in that millisecond. */
  at(atMs: number, fn: () => void): void {
    this.#clock.setTimeout(() => this.#dispatch(fn), Math.max(0, atMs - this.#clock.now()), DUE_ORDER.late);
  }

  /** A results update was sent: handled after the events of this millisecond, or first of all once the loop is free. */
  update(fn: () => void): void {
    const arrive = (): void => {
      if (this.#blocked || this.#updates.length > 0) this.#updates.push(fn);
      else fn();
    };
    this.#clock.setTimeout(arrive, 0, DUE_ORDER.late);
  }

  /** The loop sleeps for `ms`, then goes on with `then`; for 0 ms it goes on at once. */
  sleep(ms: number, then: () => void): void {
    if (ms === 0) {
      then();
      return;
    }
    this.#blocked = true;
    const wake = (): void => {
      this.#blocked = false;
      then();
      this.#drainLater();
    };
    this.#clock.setTimeout(wake, ms, DUE_ORDER.late);
  }

  #dispatch(fn: () => void): void {
    if (this.#blocked || this.#waiting.length > 0) this.#waiting.push(fn);
    else fn();
  }

  /** One event at a time, so that workers react in between. */
  #drainLater(): void {
    if (this.#blocked || (this.#updates.length === 0 && this.#waiting.length === 0)) return;
    this.#clock.setTimeout(
      () => {
        if (this.#blocked) return;
        for (const update of this.#updates.splice(0)) update();
        this.#waiting.shift()?.();
        this.#drainLater();
      },
      0,
      DUE_ORDER.late,
    );
  }
}
