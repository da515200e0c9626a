import type { Expectation } from '../scenario.ts';
import type { Observation } from './observation.ts';
import { gaps, nearestSpan, type Span, spanWithin } from './spans.ts';

/** `ok`, or the moment at which it was clear that it is not, and where to look for what was so instead. */
export type TimeVerdict = { ok: true } | { ok: false; at: number; nearest?: Span };

/**
 * Decides the time word of an expectation. `tolerance` gives how far a moment may be off, in ms: `at`, `by` and
 * `between` reach further by it, `during` and `never` less far.
 */
export function decide(
  expectation: Expectation,
  observation: Observation,
  endMs: number,
  tolerance: (ms: number) => number,
): TimeVerdict {
  const { at, by, between, during, never } = expectation;
  const { spans, moments } = observation;
  if (at !== undefined) return within(spans, at - tolerance(at), Math.min(at + tolerance(at), endMs), at);
  if (by !== undefined) return within(asSpans(observation), 0, by + tolerance(by), by);
  if (between !== undefined) {
    const [from, until] = between;
    if (observation.countFits !== undefined) return counted(observation, between, tolerance);
    const found = moments === undefined ? spans : asSpans(observation);
    return within(found, from - tolerance(from), until + tolerance(until), until);
  }
  if (during !== undefined) return throughout(spans, during, endMs, tolerance);
  const [from, until] = Array.isArray(never) ? never : [0, endMs];
  const inner = Array.isArray(never) ? [from + tolerance(from), until - tolerance(until)] : [from, until];
  const found = spanWithin(asSpans(observation), inner[0] ?? from, inner[1] ?? until);
  return found === undefined ? { ok: true } : { ok: false, at: Math.max(found.from, from), nearest: found };
}

/** What happens is so at its moments only; with a count, what counts is the number. */
function asSpans({ spans, moments, countFits }: Observation): readonly Span[] {
  if (moments === undefined || countFits !== undefined) return spans;
  return moments.map((moment) => ({ from: moment, until: moment }));
}

function within(spans: readonly Span[], from: number, until: number, at: number): TimeVerdict {
  if (spanWithin(spans, from, until) !== undefined) return { ok: true };
  const nearest = nearestSpan(spans, from, until);
  return { ok: false, at, ...(nearest && { nearest }) };
}

function counted(
  { moments = [], countFits, spans }: Observation,
  [from, until]: readonly [number, number],
  tolerance: (ms: number) => number,
): TimeVerdict {
  const number = (a: number, b: number) => moments.filter((moment) => moment >= a && moment <= b).length;
  const least = number(from + tolerance(from), until - tolerance(until));
  const most = number(from - tolerance(from), until + tolerance(until));
  for (let count = least; count <= most; count++) if (countFits?.(count)) return { ok: true };
  const nearest = nearestSpan(spans, from, until);
  return { ok: false, at: until, ...(nearest && { nearest }) };
}

function throughout(
  spans: readonly Span[],
  [from, until]: readonly [number, number],
  endMs: number,
  tolerance: (ms: number) => number,
): TimeVerdict {
  let [a, b] = [from + tolerance(from), Math.min(until - tolerance(until), endMs)];
  if (a > b) {
    a = (from + until) / 2;
    b = a;
  }
  // A moment of no length has to hold as well.
  const [gap] = gaps(spans, a, Math.max(b, a + Number.EPSILON * Math.max(1, a)));
  if (gap === undefined) return { ok: true };
  const nearest = nearestSpan(spans, gap.from, gap.from);
  return { ok: false, at: gap.from, ...(nearest && { nearest }) };
}
