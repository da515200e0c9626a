import type { Random } from '../../core/random.ts';
import { type CorrelatedEvent, spamKey } from './correlated-event.ts';
import { EventAggregator, type Forgets } from './event-aggregator.ts';
import { LruCache } from './lru-cache.ts';
import { TokenBucket } from './token-bucket.ts';

/** What became of an event: dropped by the spam filter, or to be written. `count > 1` means patch, else create. */
export type Correlation = { skip: true } | { skip: false; event: CorrelatedEvent };

interface Observation {
  count: number;
  name: string;
  firstMs: number;
}

/** Entries in each of the three caches. */
const MAX_LRU_ENTRIES = 4096;
const SPAM_BURST = 25;
const SPAM_QPS = 1 / 300;

/**
 * Aggregates, counts and then filters, in this order: an event that the filter drops is counted all the same, so the
 * next one written jumps.
 * Models client-go v0.34 tools/record/events_cache.go EventCorrelator.EventCorrelate.
 */
export class EventCorrelator {
  readonly #aggregator: EventAggregator;
  readonly #observations = new LruCache<Observation>(MAX_LRU_ENTRIES);
  readonly #buckets = new LruCache<TokenBucket>(MAX_LRU_ENTRIES);

  constructor(random: Random, forgets?: Forgets) {
    this.#aggregator = new EventAggregator(random, MAX_LRU_ENTRIES, forgets);
  }

  /** `nowMs` is the run time, `name` makes the name of a combined event. */
  correlate(incoming: CorrelatedEvent, nowMs: number, name: () => string): Correlation {
    const { event, key } = this.#aggregator.aggregate(incoming, nowMs, name);
    const observed = this.#observe(event, key);
    return this.#isSpam(observed, nowMs) ? { skip: true } : { skip: false, event: observed };
  }

  #observe(event: CorrelatedEvent, key: string): CorrelatedEvent {
    const last = this.#observations.get(key);
    const observed =
      last === undefined ? event : { ...event, name: last.name, firstMs: last.firstMs, count: last.count + 1 };
    this.#observations.set(key, { count: observed.count, name: observed.name, firstMs: observed.firstMs });
    return observed;
  }

  #isSpam(event: CorrelatedEvent, nowMs: number): boolean {
    const key = spamKey(event);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(SPAM_QPS, SPAM_BURST);
    this.#buckets.set(key, bucket);
    return !bucket.tryAccept(nowMs);
  }
}
