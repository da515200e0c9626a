import type { Clock } from '../core/clock.ts';

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface WatchEvent<T> {
  type: WatchType;
  object: T;
  /** What it was before; undefined for ADDED. */
  previous: T | undefined;
}

type Listener = (event: WatchEvent<never>) => void;

/** Who watches which collection; they hear of a write a little after it, in the order of the writes. */
export class Watchers {
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(clock: Clock, latencyMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  /** Returns the way to stop. */
  add(collection: string, listener: Listener): () => void {
    const list = this.#listeners.get(collection) ?? [];
    this.#listeners.set(collection, list);
    list.push(listener);
    return () => {
      const index = list.indexOf(listener);
      if (index >= 0) list.splice(index, 1);
    };
  }

  publish(collection: string, event: WatchEvent<unknown>): void {
    const list = this.#listeners.get(collection);
    if (list === undefined || list.length === 0) return;
    // Who begins to watch meanwhile has seen this write in its list; who stops hears nothing more.
    const now = [...list];
    this.#clock.setTimeout(() => {
      for (const listener of now) if (list.includes(listener)) listener(event as WatchEvent<never>);
    }, this.#latencyMs);
  }
}
