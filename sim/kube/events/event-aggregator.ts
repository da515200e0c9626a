import type { Random } from '../../core/random.ts';
import { aggregateKey, type CorrelatedEvent, eventKey } from './correlated-event.ts';
import { LruCache } from './lru-cache.ts';

interface AggregateRecord {
  messages: Set<string>;
  lastMs: number;
}

/** Which of the messages is forgotten when a tenth one made this event a combined one; undefined: any. */
export type Forgets = (event: CorrelatedEvent, messages: ReadonlySet<string>) => string | undefined;

/** From this many different messages on, similar events are combined. */
const MAX_EVENTS = 10;
/** A pause longer than this since the last similar event starts afresh. */
const MAX_INTERVAL_MS = 600_000;

/**
 * Combines events that differ in their message only.
 * Models client-go v0.34 tools/record/events_cache.go EventAggregator.EventAggregate.
 */
export class EventAggregator {
  readonly #random: Random;
  readonly #records: LruCache<AggregateRecord>;
  readonly #forgets: Forgets | undefined;

  /** `forgets`: for a run that repeats a recorded one. */
  constructor(random: Random, limit: number, forgets?: Forgets) {
    this.#random = random;
    this.#forgets = forgets;
    this.#records = new LruCache(limit);
  }

  /** The event to count and the key to count it under. `name` names a combined event made now. */
  aggregate(event: CorrelatedEvent, nowMs: number, name: () => string): { event: CorrelatedEvent; key: string } {
    const key = aggregateKey(event);
    let record = this.#records.get(key);
    if (record === undefined || nowMs - record.lastMs > MAX_INTERVAL_MS)
      record = { messages: new Set(), lastMs: nowMs };
    record.messages.add(event.message);
    record.lastMs = nowMs;
    this.#records.set(key, record);
    if (record.messages.size < MAX_EVENTS) return { event, key: eventKey(event) };
    const forgotten = this.#forgets?.(event, record.messages);
    if (forgotten === undefined) this.#popAny(record.messages);
    else record.messages.delete(forgotten);
    const message = `(combined from similar events): ${event.message}`;
    return { event: { ...event, name: name(), message, count: 1, firstMs: nowMs, lastMs: nowMs }, key };
  }

  // client-go drops whichever message Go's map yields first: whether an old message that comes again is combined is
  // chance there, so here it is drawn from the run's seed.
  #popAny(messages: Set<string>): void {
    let index = this.#random.int(messages.size);
    for (const message of messages) {
      if (index-- === 0) {
        messages.delete(message);
        return;
      }
    }
  }
}
