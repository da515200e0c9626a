import { type Clock, rfc3339Micro } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { LabHistory } from '../fact.ts';
import { EVENTS, type Event, type ObjectReference } from '../objects.ts';
import type { Store } from '../store.ts';
import { eventName } from './event-name.ts';

export interface SchedulerEventRecorderOptions {
  store: Store;
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** Default `default-scheduler`. */
  component?: string;
  /** Default `<component>-<node>`: the process that reports. */
  instance?: string;
  latencyMs?: number;
}

/**
 * Records events as an events.k8s.io/v1 client does: an eventTime instead of a count and timestamps.
 * Models client-go v0.34 tools/events/event_recorder.go (single events; a series of equal ones is one object).
 */
export class SchedulerEventRecorder {
  readonly #options: SchedulerEventRecorderOptions;
  readonly #component: string;
  readonly #random: Random;
  readonly #seen = new Set<string>();

  constructor(options: SchedulerEventRecorderOptions) {
    this.#options = options;
    this.#component = options.component ?? 'default-scheduler';
    this.#random = options.random.fork(`events ${this.#component}`);
  }

  event(ref: ObjectReference, type: 'Normal' | 'Warning', reason: string, action: string, message: string): void {
    const { store, clock, history, latencyMs } = this.#options;
    const now = clock.now();
    const namespace = ref.namespace ?? 'default';
    const object = { kind: ref.kind, namespace, name: ref.name, uid: ref.uid ?? '' };
    history.record({ kind: 'event', object, type, reason, message, component: this.#component });
    const key = [ref.uid, type, reason, message].join('\u0000');
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const event = this.#object(ref, namespace, now, { type, reason, action, message });
    clock.setTimeout(() => {
      if (store.get(EVENTS, namespace, event.metadata.name) === undefined) store.create(EVENTS, event);
    }, latencyMs ?? 5);
  }

  #object(
    ref: ObjectReference,
    namespace: string,
    now: number,
    text: Pick<Event, 'type' | 'reason' | 'message'> & { action: string },
  ): Event {
    const { clock, instance } = this.#options;
    const name = eventName(clock, ref.name, now, this.#random.int(1_000_000));
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace } as Event['metadata'],
      involvedObject: ref,
      ...text,
      source: {} as Event['source'],
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: rfc3339Micro(clock, now),
      reportingComponent: this.#component,
      reportingInstance: instance ?? this.#component,
    };
  }
}
