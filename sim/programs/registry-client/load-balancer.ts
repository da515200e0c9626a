import type { Clock } from '../../core/clock.ts';

/** How a caller keeps a list before it asks its registry client again. */
export interface ListCache {
  /** Spring Cloud LoadBalancer: an answer is used for so long, ms, from the moment it was taken. Its default is 35 s. */
  ttl?: number;
  /** Ribbon: the list is taken again every so many ms, asked for or not. Its default is 30 s. */
  refresh?: number;
}

/** The list a caller picks from: what the registry client knows, as old as the cache lets it be. */
export class CachedList<T> {
  readonly #clock: Pick<Clock, 'now' | 'setTimeout'>;
  readonly #cache: ListCache;
  readonly #source: () => readonly T[];
  readonly #changed: (list: readonly T[]) => void;
  #list: readonly T[] | undefined;
  #takenAt = 0;
  #turn = 0;

  constructor(
    clock: Pick<Clock, 'now' | 'setTimeout'>,
    cache: ListCache,
    source: () => readonly T[],
    changed: (list: readonly T[]) => void,
  ) {
    this.#clock = clock;
    this.#cache = cache;
    this.#source = source;
    this.#changed = changed;
    if (cache.refresh !== undefined) this.#refreshLater(cache.refresh);
  }

  /** The next one in turn; undefined if the list is empty. */
  next(): T | undefined {
    const list = this.#current();
    return list.length === 0 ? undefined : list[this.#turn++ % list.length];
  }

  #current(): readonly T[] {
    const { ttl, refresh } = this.#cache;
    const fresh = this.#list !== undefined && ttl !== undefined && this.#clock.now() - this.#takenAt < ttl;
    // An empty answer is not kept.
    const kept = this.#list !== undefined && this.#list.length > 0 && (fresh || refresh !== undefined);
    return kept && this.#list !== undefined ? this.#list : this.#take();
  }

  #take(): readonly T[] {
    this.#takenAt = this.#clock.now();
    const list = this.#source();
    this.#list = list;
    this.#changed(list);
    return list;
  }

  #refreshLater(ms: number): void {
    this.#clock.setTimeout(() => {
      this.#take();
      this.#refreshLater(ms);
    }, ms);
  }
}
