import { type Clock, DUE_ORDER, type Timer } from './clock.ts';

/**
 * Go's time.Ticker: a fixed rate, at most one tick pending, and a reset that starts a new grid. A tick that comes
 * while nobody listens is kept (one only); later ones are lost; the grid never shifts.
 *
 * Instead of a timer per tick it keeps the next due time and arms one timer only while somebody waits, so a slow
 * listener costs nothing.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #periodMs: number;
  #next: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#next = clock.now() + periodMs;
  }

  /** True if a tick has come due that nobody took: also one that falls due in this very millisecond. */
  get pending(): boolean {
    return this.#clock.now() >= this.#next;
  }

  /** Takes the pending tick: the next one is the first of the grid that lies after now. Nobody waits any more. */
  take(): void {
    this.disarm();
    const behind = this.#clock.now() - this.#next;
    this.#next += (Math.floor(behind / this.#periodMs) + 1) * this.#periodMs;
  }

  /** Starts a new grid: the next tick comes one period from now. Nobody waits any more. Models time.Ticker.Reset. */
  reset(): void {
    this.disarm();
    this.#next = this.#clock.now() + this.#periodMs;
  }

  /** Calls `onTick` when the next tick is due (the tick stays pending until taken). One waiter at a time. */
  arm(onTick: () => void): void {
    this.disarm();
    this.#timer = this.#clock.setTimeout(onTick, this.#next - this.#clock.now(), DUE_ORDER.tick);
  }

  disarm(): void {
    if (this.#timer === undefined) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
