import { formatDuration } from '../core/duration.ts';
import type { SourceLocation } from '../core/errors.ts';
import type { StampedFact } from '../kube/fact.ts';
import { observeEndpoints } from './expectations/endpoints-subject.ts';
import { observeEvent } from './expectations/event-subject.ts';
import { observeProbe, observeRequest } from './expectations/happening-subject.ts';
import { HistoryIndex } from './expectations/history-index.ts';
import { observeObject } from './expectations/object-subject.ts';
import type { Observation } from './expectations/observation.ts';
import type { Span } from './expectations/spans.ts';
import { decide } from './expectations/verdict.ts';
import { showTime } from './matching.ts';
import type { Expectation, Scenario } from './scenario.ts';

/** One event that happened before an expectation failed. */
export interface EventLine {
  atMs: number;
  type: string;
  reason: string;
  /** `pod/bookstore-v1`. */
  object: string;
  message: string;
  count: number;
}

/** One expectation, decided on a run's history. */
export interface ExpectationResult {
  ok: boolean;
  /** What was expected, on one line: `by 45s: Pod bookstore-v1 with …`. */
  text: string;
  location: SourceLocation;
  /** Failed: what was so instead, a sentence. */
  actual?: string;
  /** Failed: the run time in ms at which it was clear. */
  at?: number;
  /** The pod it is about, if it is about one. */
  pod?: string;
  /** Failed: the five events before `at`, oldest first. */
  events?: readonly EventLine[];
  /** Failed: what the subject was like at `at`. */
  state?: unknown;
}

export interface EvaluateOptions {
  /** Run time in ms at which the run ended. */
  endMs: number;
  /** How far moments may be off, ms; a function of the moment for shares of it. Default 0: to the millisecond. */
  toleranceMs?: number | ((ms: number) => number);
}

const EVENTS_SHOWN = 5;

/**
 * Decides every expectation of a scenario on the facts of a finished run, in the order of the file. The state at a
 * moment is the last write at or before it. Pure: the same facts give the same results.
 */
export function evaluateExpectations(
  scenario: Pick<Scenario, 'expect'>,
  facts: readonly StampedFact[],
  options: EvaluateOptions,
): ExpectationResult[] {
  const { endMs, toleranceMs = 0 } = options;
  const tolerance = typeof toleranceMs === 'number' ? () => toleranceMs : toleranceMs;
  const index = new HistoryIndex(facts, endMs);
  return scenario.expect.map((expectation) => evaluate(expectation, index, tolerance));
}

function evaluate(expectation: Expectation, index: HistoryIndex, tolerance: (ms: number) => number): ExpectationResult {
  const observation = observe(expectation, index);
  const verdict = decide(expectation, observation, index.endMs, tolerance);
  const result = {
    ok: verdict.ok,
    text: `${timeText(expectation)}: ${observation.text}`,
    location: expectation.location,
    ...(observation.pod !== undefined && { pod: observation.pod }),
  };
  if (verdict.ok) return result;
  return {
    ...result,
    actual: actualText(expectation, observation, verdict.at, verdict.nearest),
    at: verdict.at,
    events: eventsBefore(index, verdict.at),
    state: observation.stateAt(verdict.at),
  };
}

function observe(expectation: Expectation, index: HistoryIndex): Observation {
  const { object, event, probe, endpoints, request, absent = false } = expectation;
  if (object !== undefined) return observeObject(object, index, absent);
  if (event !== undefined) return observeEvent(event, index, absent);
  if (probe !== undefined) return observeProbe(probe, index);
  if (endpoints !== undefined) return observeEndpoints(endpoints, index);
  return observeRequest(request ?? {}, index);
}

function timeText({ at, by, between, during, never }: Expectation): string {
  if (at !== undefined) return `at ${formatDuration(at)}`;
  if (by !== undefined) return `by ${formatDuration(by)}`;
  if (between !== undefined) return `between ${formatDuration(between[0])} and ${formatDuration(between[1])}`;
  if (during !== undefined) return `during ${formatDuration(during[0])} to ${formatDuration(during[1])}`;
  return Array.isArray(never) ? `never from ${formatDuration(never[0])} to ${formatDuration(never[1])}` : 'never';
}

function actualText(expectation: Expectation, observation: Observation, at: number, nearest: Span | undefined): string {
  if (expectation.never !== undefined) return `it was so at ${showTime(at)}`;
  const instead = `at ${showTime(at)} ${observation.instead(at)}`;
  if (nearest === undefined) return instead;
  if (nearest.from > at) return `${instead}; it was so only from ${showTime(nearest.from)}`;
  return `${instead}; it had been so until ${showTime(nearest.until)}`;
}

function eventsBefore(index: HistoryIndex, at: number): EventLine[] {
  return index.occurrences
    .filter((occurrence) => occurrence.at <= at)
    .slice(-EVENTS_SHOWN)
    .map(({ at: atMs, event }) => ({
      atMs,
      type: event.type,
      reason: event.reason,
      object: `${event.involvedObject.kind.toLowerCase()}/${event.involvedObject.name}`,
      message: event.message,
      count: event.count ?? 1,
    }));
}
