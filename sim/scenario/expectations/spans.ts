/** A time in which something was so: from `from` up to, not including, `until`. Equal ends: it was so for no time at all. */
export interface Span {
  from: number;
  until: number;
}

/** Spans in order, those that touch joined; ones without length are kept where nothing joins them. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.until - b.until)) {
    const last = joined.at(-1);
    if (last !== undefined && span.from <= last.until) last.until = Math.max(last.until, span.until);
    else joined.push({ ...span });
  }
  return joined;
}

/** The times between spans, within `[from, until)`. */
export function gaps(spans: readonly Span[], from: number, until: number): Span[] {
  const found: Span[] = [];
  let at = from;
  for (const span of spans) {
    if (span.from >= until) break;
    if (span.from > at) found.push({ from: at, until: Math.min(span.from, until) });
    at = Math.max(at, span.until);
  }
  if (at < until) found.push({ from: at, until });
  return found;
}

/** The span that holds some moment of `[from, until]`, both included; the first one. */
export function spanWithin(spans: readonly Span[], from: number, until: number): Span | undefined {
  return spans.find(
    (span) => span.from <= until && (span.until > from || (span.from === span.until && span.from >= from)),
  );
}

/** The span nearest to `[from, until]`. */
export function nearestSpan(spans: readonly Span[], from: number, until: number): Span | undefined {
  let best: Span | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    const distance = Math.max(span.from - until, from - span.until, 0);
    if (distance >= least) continue;
    best = span;
    least = distance;
  }
  return best;
}
