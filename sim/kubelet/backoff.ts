import type { Clock } from '../core/clock.ts';

interface Entry {
  backoffMs: number;
  lastUpdate: number;
}

/**
 * Waits that double for each key: 10 s, 20 s, … up to the cap; a key that was quiet for twice the cap starts anew.
 * Models k8s.io/client-go v0.34 util/flowcontrol/backoff.go.
 */
export class Backoff {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, 'now'>, options: { initialMs?: number; maxMs?: number } = {}) {
    this.#clock = clock;
    this.#initialMs = options.initialMs ?? 10_000;
    this.#maxMs = options.maxMs ?? 300_000;
  }

  /** The wait in force for a key, in ms; 0 if it has none. */
  get(key: string): number {
    return this.#entries.get(key)?.backoffMs ?? 0;
  }

  /** True while the wait, counted from `sinceMs` (run time), is not over. */
  isInBackoffSince(key: string, sinceMs: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#hasExpired(sinceMs, entry)) return false;
    return this.#clock.now() - sinceMs < entry.backoffMs;
  }

  /** True while the wait, counted from the last `next`, is not over. Models IsInBackOffSinceUpdate. */
  isInBackoffSinceUpdate(key: string, nowMs: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#hasExpired(nowMs, entry)) return false;
    return nowMs - entry.lastUpdate < entry.backoffMs;
  }

  /** Raises the wait of a key: the first one, or twice the last. */
  next(key: string, sinceMs: number): void {
    const entry = this.#entries.get(key);
    const backoffMs =
      entry === undefined || this.#hasExpired(sinceMs, entry)
        ? this.#initialMs
        : Math.min(entry.backoffMs * 2, this.#maxMs);
    this.#entries.set(key, { backoffMs, lastUpdate: this.#clock.now() });
  }

  /** Forgets every key that `isGone` says so of. */
  prune(isGone: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (isGone(key)) this.#entries.delete(key);
  }

  #hasExpired(sinceMs: number, entry: Entry): boolean {
    return sinceMs - entry.lastUpdate > 2 * this.#maxMs;
  }
}
