import type { Clock, Timer } from './clock.ts';

/** What a wall clock needs of the place it runs in (Node's or a browser's own functions). */
export interface HostTimers {
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(handle: never): void;
}

interface WallTimer extends Timer {
  handle: unknown;
}

/**
 * A clock that follows the host's. `reset()` makes "now" the start of the run, so that t = 0 is the moment the
 * manifests are applied. Times are whole milliseconds, as everywhere.
 */
export class WallClock implements Clock {
  #origin: number;
  #epochMs: number;
  readonly #host: HostTimers;

  constructor(host: HostTimers) {
    this.#host = host;
    this.#origin = host.monotonic();
    this.#epochMs = host.wall();
  }

  get epochMs(): number {
    return this.#epochMs;
  }

  reset(): void {
    this.#origin = this.#host.monotonic();
    this.#epochMs = this.#host.wall();
  }

  now(): number {
    return Math.round(this.#host.monotonic() - this.#origin);
  }

  /** `fn` never sees a `now()` before its due time: a host's timer may fire a fraction early, and then waits once more. */
  setTimeout(fn: () => void, delayMs: number): Timer {
    const timer: WallTimer = { due: this.now() + delayMs, handle: undefined };
    // The origin of now: `reset` may move it while the timer waits.
    const origin = this.#origin;
    const fire = () => {
      const early = timer.due - Math.round(this.#host.monotonic() - origin);
      if (early > 0) timer.handle = this.#host.setTimeout(fire, early);
      else fn();
    };
    // Node caps a delay at 2^31-1 ms; runs are far shorter.
    timer.handle = this.#host.setTimeout(fire, Math.max(0, delayMs));
    return timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer !== undefined) this.#host.clearTimeout((timer as WallTimer).handle as never);
  }
}
