import type { StampedFact } from '../kube/fact.ts';
import type { Event } from '../kube/objects.ts';
import type { ExpectationOutcome } from './run-record.ts';

/** An event as it was written at a moment of the run. */
export interface EventAt {
  at: number;
  type: string;
  reason: string;
  /** `pod/web-1`. */
  object: string;
  message: string;
  count: number;
}

/** What a reader of a failed expectation wants to see next. */
export interface FailureContext {
  /** The last five events up to the moment of failure. */
  eventsBefore: EventAt[];
  /** The last ten lines that the pod's containers wrote up to then: `app | text`. */
  lastLogLines: string[];
}

/** Collects the context of failed expectations from the history. */
export function failureContext(facts: readonly StampedFact[], outcome: ExpectationOutcome): FailureContext {
  const until = outcome.at ?? Number.POSITIVE_INFINITY;
  const events: EventAt[] = [];
  const lines: string[] = [];
  for (const fact of facts) {
    if (fact.at > until) break;
    if (fact.kind === 'object' && fact.object.kind === 'Event' && fact.op !== 'DELETED') {
      const event = fact.object as unknown as Event;
      if (outcome.pod === undefined || event.involvedObject.name === outcome.pod) events.push(eventAt(event, fact.at));
    } else if (fact.kind === 'log' && fact.pod.name === (outcome.pod ?? fact.pod.name)) {
      lines.push(`${fact.container} | ${fact.line}`);
    }
  }
  return { eventsBefore: events.slice(-5), lastLogLines: lines.slice(-10) };
}

function eventAt(event: Event, at: number): EventAt {
  const { kind, name } = event.involvedObject;
  return {
    at,
    type: event.type,
    reason: event.reason,
    object: `${kind.toLowerCase()}/${name}`,
    message: event.message.trim(),
    count: event.count ?? 1,
  };
}
