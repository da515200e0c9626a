import type { TraceContainer, TraceEntry } from './scenario.ts';
import { firstDifference } from './trace.ts';

const MIN_WIDTH = 40;
const MAX_WIDTH = 110;

/** Both traces in two columns, aligned by time; lines that differ carry a mark. */
export function sideBySide(expected: readonly TraceEntry[], got: readonly TraceEntry[]): string {
  const rows = alignByTime(expected, got);
  const longest = Math.max(...rows.map(([left]) => brief(left).length), MIN_WIDTH);
  const width = Math.min(longest, MAX_WIDTH);
  const lines = rows.map(([left, right]) => {
    const same = left !== undefined && right !== undefined && firstDifference([left], [right]) === undefined;
    return `${same ? ' ' : '≠'} ${brief(left).padEnd(width)}  ${brief(right)}`;
  });
  return [`  ${'expected'.padEnd(width)}  got`, ...lines].join('\n');
}

type Row = [TraceEntry | undefined, TraceEntry | undefined];

function alignByTime(expected: readonly TraceEntry[], got: readonly TraceEntry[]): Row[] {
  const times = new Set([...expected, ...got].map(({ t }) => t));
  return [...times]
    .sort((a, b) => a - b)
    .flatMap((time) => {
      const left = expected.filter(({ t }) => t === time);
      const right = got.filter(({ t }) => t === time);
      return Array.from({ length: Math.max(left.length, right.length) }, (_, i): Row => [left[i], right[i]]);
    });
}

/** One entry in few words: `   739 probe  app readiness app-1 success until 746`. */
function brief(entry: TraceEntry | undefined): string {
  if (entry === undefined) return '';
  return `${String(entry.t).padStart(7)} ${entry.k.padEnd(6)} ${words(entry).filter(Boolean).join(' ')}`;
}

function words(entry: TraceEntry): (string | undefined)[] {
  const { c, probe, id, prev } = entry;
  switch (entry.k) {
    case 'probe':
      return [c, probe, id, entry.outcome, `until ${entry.end}`];
    case 'update':
      return [c, probe, id, prev === undefined ? '' : `${prev} →`, entry.result];
    case 'remove':
      return [c, probe, id, prev];
    case 'event':
      return [c, entry.type, entry.reason, JSON.stringify(entry.message)];
    case 'status':
      return [entry.phase, ...(entry.cs ?? []).map(container), ...conditions(entry)];
    default:
      return [entry.op, c, id];
  }
}

function container({ name, id, state, ready, started, restarts }: TraceContainer): string {
  const flags = [state, started === true && 'started', ready && 'ready', restarts > 0 && `x${restarts}`].filter(
    Boolean,
  );
  return `${id ?? name}(${flags.join(' ')})`;
}

function conditions({ conds = {} }: TraceEntry): string[] {
  return Object.entries(conds).map(
    ([type, text]) => `${type}=${text.replace(/: containers with (\w+) status:/, ' $1')}`,
  );
}
