import { type Clock, rfc3339 } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { LabHistory } from '../fact.ts';
import { EVENTS, type Event, type ObjectReference } from '../objects.ts';
import type { Store } from '../store.ts';
import type { CorrelatedEvent } from './correlated-event.ts';
import type { Forgets } from './event-aggregator.ts';
import { EventCorrelator } from './event-correlator.ts';
import { eventName } from './event-name.ts';
import { TokenBucket } from './token-bucket.ts';

export interface EventRecorderOptions {
  store: Store;
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** `kubelet`, `deployment-controller`, … */
  component: string;
  /** The node of a kubelet; controllers have none. */
  host?: string;
  /** Ms between a call and the write. Default 5 (spec/cluster.md 4.9: failed probe → event, median). */
  latencyMs?: number;
  /** Of a run that repeats a recorded one: which message is forgotten when similar events are combined. */
  forgets?: Forgets | undefined;
}

/** The kubelet's defaults eventRecordQPS and eventBurst. */
const SINK_QPS = 50;
const SINK_BURST = 100;

/**
 * Records core/v1 events: correlates them at once and writes them a little later, in the order recorded.
 * Models client-go v0.34 tools/record/event.go.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #random: Random;
  #correlator: EventCorrelator;
  #sink = new TokenBucket(SINK_QPS, SINK_BURST);
  readonly #latencyMs: number;
  #lastWriteMs = Number.NEGATIVE_INFINITY;
  #life = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#random = options.random.fork(`events ${options.component} ${options.host ?? ''}`);
    this.#correlator = new EventCorrelator(this.#random, this.#options.forgets);
    this.#latencyMs = options.latencyMs ?? 5;
  }

  /** Records an event about `ref`. Never throws: an event that cannot be written is lost, as in a cluster. */
  event(ref: ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { clock, history, component, host } = this.#options;
    const now = clock.now();
    const namespace = ref.namespace ?? 'default';
    history.record({
      kind: 'event',
      object: { kind: ref.kind, namespace, name: ref.name, uid: ref.uid ?? '' },
      ...(ref.fieldPath === undefined ? {} : { fieldPath: ref.fieldPath }),
      type,
      reason,
      message,
      component,
    });
    // A real clock gives each event its own nanosecond; the run's has milliseconds, so the rest of the name is drawn.
    const name = () => eventName(clock, ref.name, now, this.#random.int(1_000_000));
    const source = { component, ...(host === undefined ? {} : { host }) };
    const involvedObject = ref;
    const incoming = {
      name: name(),
      namespace,
      involvedObject,
      type,
      reason,
      message,
      source,
      count: 1,
      firstMs: now,
      lastMs: now,
    };
    const correlation = this.#correlator.correlate(incoming, now, name);
    if (!correlation.skip) this.#enqueue(correlation.event, now);
  }

  /** Begins anew, as a restarted process does: with no counts and full budgets; what is not written yet is lost. */
  forget(): void {
    this.#life++;
    this.#correlator = new EventCorrelator(this.#random, this.#options.forgets);
    this.#sink = new TokenBucket(SINK_QPS, SINK_BURST);
  }

  #enqueue(event: CorrelatedEvent, now: number): void {
    const due = now + this.#latencyMs + this.#sink.reserve(now);
    this.#lastWriteMs = Math.max(due, this.#lastWriteMs);
    const life = this.#life;
    const write = () => {
      if (life === this.#life) this.#write(event);
    };
    this.#options.clock.setTimeout(write, this.#lastWriteMs - now);
  }

  #write(event: CorrelatedEvent): void {
    const { store, clock } = this.#options;
    const lastTimestamp = rfc3339(clock, event.lastMs);
    const stored = store.get(EVENTS, event.namespace, event.name);
    if (event.count > 1 && stored !== undefined) {
      store.mutate(EVENTS, event.namespace, event.name, (current) => ({
        ...current,
        count: event.count,
        lastTimestamp,
        message: event.message,
      }));
      return;
    }
    // Deleted meanwhile, or never written because the filter dropped it: created with the count so far.
    if (stored === undefined) store.create(EVENTS, this.#object(event, lastTimestamp));
  }

  #object(event: CorrelatedEvent, lastTimestamp: string): Event & { metadata: { name: string } } {
    const { clock, component, host } = this.#options;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: event.name, namespace: event.namespace } as Event['metadata'],
      involvedObject: event.involvedObject,
      reason: event.reason,
      message: event.message,
      source: event.source,
      firstTimestamp: rfc3339(clock, event.firstMs),
      lastTimestamp,
      count: event.count,
      type: event.type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }
}
