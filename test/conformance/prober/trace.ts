import { isDeepStrictEqual } from 'node:util';
import type { TraceEntry } from './scenario.ts';

const ORDER: Record<TraceEntry['k'], number> = {
  runtime: 0,
  probe: 1,
  event: 2,
  remove: 3,
  update: 4,
  op: 5,
  sync: 6,
  status: 7,
};

/** What the kubelet's probes did; `runtime`, `sync` and `op` are the emulation's own. */
const COMPARED = new Set<TraceEntry['k']>(['probe', 'update', 'remove', 'event', 'status']);

/**
 * The canonical order: within a millisecond order is not causal, so entries are sorted and of several statuses the last
 * is kept. Models the recorder's canon.
 */
export function canonical(trace: readonly TraceEntry[]): TraceEntry[] {
  const sorted: TraceEntry[] = [];
  for (const group of groupByTime(trace)) {
    const others = group.filter((entry) => entry.k !== 'status');
    sorted.push(...others.sort(compareEntries), ...group.filter((entry) => entry.k === 'status').slice(-1));
  }
  return sorted;
}

/** The entries to compare: before the end of the scenario, of the kinds that are compared, absent texts as empty. */
export function comparable(trace: readonly TraceEntry[], durationMs: number): TraceEntry[] {
  return trace
    .filter((entry) => COMPARED.has(entry.k) && entry.t < durationMs)
    .map((entry) => (entry.k === 'event' ? { ...entry, message: entry.message ?? '' } : entry));
}

/** Index of the first entry that differs; undefined if the traces are equal. */
export function firstDifference(expected: readonly TraceEntry[], got: readonly TraceEntry[]): number | undefined {
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    if (!isDeepStrictEqual(plain(expected[i]), plain(got[i]))) return i;
  }
  return undefined;
}

/** Where two entries of one kind differ, field by field: `cs[0].ready: expected true, got false`. */
export function differingFields(expected: unknown, got: unknown, path = ''): string[] {
  if (isDeepStrictEqual(expected, got)) return [];
  if (typeof expected !== 'object' || typeof got !== 'object' || expected === null || got === null) {
    return [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`];
  }
  const left = expected as Record<string, unknown>;
  const right = got as Record<string, unknown>;
  const join = (name: string): string =>
    Array.isArray(expected) ? `${path}[${name}]` : `${path}${path && '.'}${name}`;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].flatMap((name) => differingFields(left[name], right[name], join(name)));
}

/** The moment at which the recorder gave up, if it did: what it has of that millisecond is incomplete. */
export function truncatedAt(trace: readonly TraceEntry[]): number | undefined {
  return trace.find((entry) => entry.op === 'TRUNCATED')?.t;
}

/** One entry in one line, time first. */
export function describe(entry: TraceEntry | undefined): string {
  if (entry === undefined) return '-';
  const { t, k, ...rest } = entry;
  return `${String(t).padStart(7)} ${k.padEnd(6)} ${JSON.stringify(rest)}`;
}

function plain(entry: TraceEntry | undefined): unknown {
  return entry === undefined ? undefined : JSON.parse(JSON.stringify(entry));
}

function groupByTime(trace: readonly TraceEntry[]): TraceEntry[][] {
  const groups: TraceEntry[][] = [];
  for (const entry of trace) {
    const last = groups.at(-1);
    if (last?.[0]?.t === entry.t) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function compareEntries(a: TraceEntry, b: TraceEntry): number {
  if (a.k !== b.k) return ORDER[a.k] - ORDER[b.k];
  if (a.k === 'op') return 0;
  return compareText(a.c, b.c) || compareText(a.probe, b.probe);
}

function compareText(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
