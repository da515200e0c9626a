import type { Clock, Timer } from '../core/clock.ts';

/**
 * A queue of keys: a key added many times is processed once, `latencyMs` after it was first added.
 * Models client-go util/workqueue with one worker; `addAfter` is its delaying queue.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #process: (key: string) => void;
  readonly #queued = new Map<string, Timer>();
  readonly #delayed = new Map<string, Timer>();

  constructor(clock: Clock, latencyMs: number, process: (key: string) => void) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#process = process;
  }

  add(key: string): void {
    if (this.#queued.has(key)) return;
    const timer = this.#clock.setTimeout(() => {
      this.#queued.delete(key);
      this.#process(key);
    }, this.#latencyMs);
    this.#queued.set(key, timer);
  }

  /** Adds the key `delayMs` from now; the earliest of several wins. */
  addAfter(key: string, delayMs: number): void {
    const before = this.#delayed.get(key);
    if (before !== undefined && before.due <= this.#clock.now() + delayMs) return;
    this.#clock.clearTimeout(before);
    const timer = this.#clock.setTimeout(() => {
      this.#delayed.delete(key);
      this.add(key);
    }, delayMs);
    this.#delayed.set(key, timer);
  }

  /** Forgets everything that waits. */
  clear(): void {
    for (const timer of [...this.#queued.values(), ...this.#delayed.values()]) this.#clock.clearTimeout(timer);
    this.#queued.clear();
    this.#delayed.clear();
  }
}
