import type { Clock, Timer } from '../core/clock.ts';

/**
 * The clock of one kubelet process: a clock like any other until the process ends; then none of its timers does
 * anything any more. So nothing that a dead process had begun (a status write, a result on its way) comes true later.
 */
export class ProcessClock implements Clock {
  readonly epochMs: number;
  readonly #clock: Clock;
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.epochMs = clock.epochMs;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(fn: () => void, delayMs: number, order?: number): Timer {
    const unlessEnded = () => {
      if (!this.#ended) fn();
    };
    return this.#clock.setTimeout(unlessEnded, delayMs, order);
  }

  clearTimeout(timer: Timer | undefined): void {
    this.#clock.clearTimeout(timer);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The process is gone: no timer set through this clock runs from now on. */
  end(): void {
    this.#ended = true;
  }
}
