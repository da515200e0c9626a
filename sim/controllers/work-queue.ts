import type { Clock, Timer } from '../core/clock.ts';

const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 1_000_000;

/** Ms from a key's being added to the work on it; of each key, where a run repeats a recorded one. */
export type Latency = number | ((key: string) => number);

/**
 * A queue of keys: a key added many times is processed once, `latencyMs` after it was first added.
 * Models client-go util/workqueue with one worker; `addAfter` is its delaying, `addRateLimited` its rate limiting queue.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #latencyMs: Latency;
  readonly #process: (key: string) => void;
  readonly #queued = new Map<string, Timer>();
  readonly #delayed = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  /** Keys in work; true: added meanwhile. */
  readonly #held = new Map<string, boolean>();

  constructor(clock: Clock, latencyMs: Latency, process: (key: string) => void) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#process = process;
  }

  add(key: string): void {
    if (this.#queued.has(key)) return;
    if (this.#held.has(key)) {
      this.#held.set(key, true);
      return;
    }
    const timer = this.#clock.setTimeout(
      () => {
        this.#queued.delete(key);
        this.#process(key);
      },
      typeof this.#latencyMs === 'number' ? this.#latencyMs : this.#latencyMs(key),
    );
    this.#queued.set(key, timer);
  }

  /** Work on the key lasts: it is not taken up again before `release`, what is added meanwhile waits. */
  hold(key: string): void {
    this.#held.set(key, false);
  }

  /** Holds the key for `ms`. */
  holdFor(key: string, ms: number): void {
    this.hold(key);
    this.#clock.setTimeout(() => this.release(key), ms);
  }

  release(key: string): void {
    const added = this.#held.get(key) === true;
    this.#held.delete(key);
    if (added) this.add(key);
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

  /** Adds the key after 5 ms, doubled with each call until `forget`, at most 1,000 s. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(BASE_DELAY_MS * 2 ** failures, MAX_DELAY_MS));
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Forgets everything that waits. */
  clear(): void {
    for (const timer of [...this.#queued.values(), ...this.#delayed.values()]) this.#clock.clearTimeout(timer);
    this.#queued.clear();
    this.#delayed.clear();
    this.#failures.clear();
    this.#held.clear();
  }
}
