import { matchesScalar, show, showTime } from '../matching.ts';
import type { Expectation } from '../scenario.ts';
import type { HistoryIndex } from './history-index.ts';
import type { Observation } from './observation.ts';
import { joinSpans, type Span } from './spans.ts';

/** Something that happened at a moment, and whether it was as expected. */
interface Happening {
  at: number;
  fits: boolean;
  text: string;
}

/** Observes probe attempts: the last attempt is what is so. */
export function observeProbe(expected: NonNullable<Expectation['probe']>, index: HistoryIndex): Observation {
  const attempts = index.probes
    .filter(
      (fact) =>
        (expected.container === undefined || matchesScalar(expected.container, fact.container)) &&
        (expected.pod === undefined || matchesScalar(expected.pod, fact.pod.name)) &&
        (expected.probe === undefined || expected.probe === fact.probe),
    )
    .map((fact) => ({
      at: fact.at,
      fits:
        (expected.result === undefined || expected.result === fact.result) &&
        (expected.output === undefined || matchesScalar(expected.output, fact.output)),
      text: `${fact.probe} of ${fact.container}: ${fact.result}${fact.output === '' ? '' : ` ${show(fact.output)}`}`,
    }));
  const { container, probe, result, output, count } = expected;
  const parts = [probe, 'probe', container && `of ${container}`, result, output && show(output)];
  const text = `${parts.filter(Boolean).join(' ')}${count === undefined ? '' : `, ${count} times`}`;
  return observe(text, attempts, count, index.endMs);
}

/** Observes requests of a step's client. */
export function observeRequest(expected: NonNullable<Expectation['request']>, index: HistoryIndex): Observation {
  const requests = index.requests
    .filter((fact) => expected.client === undefined || matchesScalar(expected.client, fact.client))
    .map((fact) => ({
      at: fact.at,
      fits:
        (expected.status === undefined || matchesScalar(expected.status, fact.status)) &&
        (expected.error === undefined || errorFits(expected.error, fact.error)),
      text: `request of ${fact.client} to ${fact.target}: ${fact.error ?? fact.status}`,
    }));
  const { client, status, error, count } = expected;
  const parts = ['request', client && `of ${client}`, status !== undefined && `status ${status}`];
  if (error !== undefined) parts.push(error === false ? 'without error' : `error ${error}`);
  const text = `${parts.filter(Boolean).join(' ')}${count === undefined ? '' : `, ${count} times`}`;
  return observe(text, requests, count, index.endMs);
}

function errorFits(expected: boolean | string, actual: string | undefined): boolean {
  return typeof expected === 'boolean' ? expected === (actual !== undefined) : matchesScalar(expected, actual);
}

function observe(
  text: string,
  happenings: readonly Happening[],
  count: number | string | undefined,
  endMs: number,
): Observation {
  const fitting = happenings.filter((happening) => happening.fits);
  const moments = fitting.map(({ at }) => at);
  return {
    text,
    spans: count === undefined ? lastOnes(happenings, endMs) : countedSpans(moments, count, endMs),
    ...(count === undefined && { moments }),
    ...(count !== undefined && { moments, countFits: (number: number) => matchesScalar(count, number) }),
    instead: (at) => {
      if (count !== undefined) return `it was ${fitting.filter((one) => one.at <= at).length} times`;
      const last = happenings.filter((one) => one.at <= at).at(-1);
      return last === undefined ? 'there was none' : `the last one, at ${showTime(last.at)}, was ${last.text}`;
    },
    stateAt: (at) => happenings.filter((one) => one.at <= at).at(-1)?.text,
  };
}

function lastOnes(happenings: readonly Happening[], endMs: number): Span[] {
  return joinSpans(
    happenings.flatMap(({ at, fits }, i) => (fits ? [{ from: at, until: happenings[i + 1]?.at ?? endMs + 1 }] : [])),
  );
}

/** While the running number is as expected. */
function countedSpans(moments: readonly number[], count: number | string, endMs: number): Span[] {
  const edges = [0, ...moments];
  return joinSpans(
    edges.flatMap((from, number) =>
      matchesScalar(count, number) ? [{ from, until: edges[number + 1] ?? endMs + 1 }] : [],
    ),
  );
}
