import type { ObjectReference } from '../objects.ts';

/** An event between recorder and store: times are run times in ms, the API's are whole seconds. */
export interface CorrelatedEvent {
  name: string;
  namespace: string;
  involvedObject: ObjectReference;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  source: { component: string; host?: string };
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Two events with the same key are one object with a count. Models client-go v0.34 tools/record/events_cache.go getEventKey. */
export function eventKey(event: CorrelatedEvent): string {
  return keyOf(event, [event.involvedObject.fieldPath, event.type, event.reason, event.message]);
}

/** Events that are combined once ten messages differ; containers are not told apart. Models EventAggregatorByReasonFunc. */
export function aggregateKey(event: CorrelatedEvent): string {
  return keyOf(event, [event.type, event.reason]);
}

/** Events that share one bucket: of one object and one type. Models getSpamKey as the recorder sets it up. */
export function spamKey(event: CorrelatedEvent): string {
  return keyOf(event, [event.type]);
}

function keyOf(event: CorrelatedEvent, rest: readonly (string | undefined)[]): string {
  const { involvedObject: about, source } = event;
  const parts = [source.component, source.host, about.kind, about.namespace, about.name, about.uid, about.apiVersion];
  return [...parts, ...rest].map((part) => part ?? '').join('\u0000');
}
