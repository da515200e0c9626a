import { formatDuration } from '../core/duration.ts';
import type { Lane, Mark, Span } from './lanes.ts';

export interface TimelineOptions {
  /** Run time in ms at which the axis ends. */
  endMs: number;
  /** Columns of the terminal. Default 80. */
  width?: number;
  /** Nothing but ASCII, for terminals that have no more. */
  ascii?: boolean;
  /** Lanes at most; how many are left out is said. Default 60. */
  maxLanes?: number;
}

interface Glyphs {
  edge: string;
  success: string;
  failure: string;
  warning: string;
  error: string;
  fill: Record<Span['state'], string>;
  arrow: string;
}

const UNICODE: Glyphs = {
  edge: '▏',
  success: '✓',
  failure: '✗',
  warning: '!',
  error: '?',
  fill: {
    waiting: '·',
    starting: '┄',
    running: '─',
    stopping: '┄',
    exited: ' ',
    ready: '█',
    serving: '░',
    ok: '─',
  },
  arrow: '→',
};
const ASCII: Glyphs = {
  edge: '|',
  success: '+',
  failure: 'x',
  warning: '!',
  error: '?',
  fill: { waiting: '.', starting: '~', running: '-', stopping: '~', exited: ' ', ready: '#', serving: '=', ok: '-' },
  arrow: '>',
};
/** Which of the marks that fall into one column is shown. */
const WEIGHT: Record<Mark['state'], number> = { success: 0, warning: 1, error: 2, failure: 3 };
const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800];

/**
 * A text timeline: an axis and one line a lane; containers as stretches with their state, probes as marks, endpoints
 * as bars. Every line fits into `width` columns and has no trailing blanks.
 */
export function renderTimeline(lanes: readonly Lane[], options: TimelineOptions): string {
  const glyphs = options.ascii === true ? ASCII : UNICODE;
  const shown = lanes.slice(0, options.maxLanes ?? 60);
  const pods = new Set(lanes.map((lane) => `${lane.namespace}/${lane.pod}`));
  const labels = Math.min(28, Math.max(10, ...shown.map((lane) => lane.name.length + 2)));
  const columns = Math.max(20, (options.width ?? 80) - labels - 1);
  const scale = (ms: number) => Math.min(columns, Math.max(0, Math.floor((ms / Math.max(1, options.endMs)) * columns)));
  const lines = [' '.repeat(labels) + axis(options.endMs, columns, scale)];
  let pod = '';
  for (const lane of shown) {
    const owner = `${lane.namespace}/${lane.pod}`;
    if (pods.size > 1 && owner !== pod) lines.push(`pod/${lane.pod}`);
    pod = owner;
    lines.push(` ${shortName(lane.name, labels - 2).padEnd(labels - 1)}${renderLane(lane, columns, scale, glyphs)}`);
  }
  const left = lanes.length - shown.length;
  if (left > 0) lines.push(`… ${left} more lanes: probelab timeline --all`);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function axis(endMs: number, columns: number, scale: (ms: number) => number): string {
  const perColumn = endMs / 1000 / columns;
  const step = STEPS.find((seconds) => seconds >= perColumn * 10) ?? 604_800;
  let text = '';
  for (let seconds = 0; seconds * 1000 <= endMs; seconds += step) {
    const label = tick(seconds);
    const column = scale(seconds * 1000);
    if (column + label.length > columns + 1) break;
    text = text.padEnd(column) + label;
  }
  return text;
}

/** `0s`, `90s` → `1m30s`, `2h0m0s` → `2h`. */
function tick(seconds: number): string {
  return formatDuration(seconds * 1000)
    .replace(/(?<=[hm])0[ms](?=$|0s$)/g, '')
    .replace(/(?<=[hm])0s$/, '');
}

function renderLane(lane: Lane, columns: number, scale: (ms: number) => number, glyphs: Glyphs): string {
  const cells = new Array<string>(columns + 1).fill(' ');
  for (const span of lane.spans) paintSpan(cells, span, lane.kind, scale, glyphs);
  const marks = new Map<number, Mark>();
  const texts: { column: number; text: string }[] = [];
  for (const mark of lane.marks) {
    const column = scale(mark.at);
    const there = marks.get(column);
    if (there === undefined || WEIGHT[there.state] < WEIGHT[mark.state]) marks.set(column, mark);
    if (mark.text !== undefined) texts.push({ column, text: mark.text.replace('→', glyphs.arrow) });
  }
  for (const [column, mark] of marks) cells[column] = glyphs[mark.state];
  for (const { column, text } of texts) writeBeside(cells, column, text, marks);
  return cells.join('');
}

function paintSpan(
  cells: string[],
  span: Span,
  kind: Lane['kind'],
  scale: (ms: number) => number,
  glyphs: Glyphs,
): void {
  const from = scale(span.from);
  // What is too short for a column still gets one.
  const to = Math.max(from + 1, scale(span.to));
  for (let column = from; column < to && column < cells.length; column++) cells[column] = glyphs.fill[span.state];
  if (kind !== 'container') return;
  cells[from] = glyphs.edge;
  write(cells.slice(0, to), from + 1, span.text, cells);
}

/** Writes a mark's text to the right of it; only its first character if another mark stands in the way. */
function writeBeside(cells: string[], column: number, text: string, marks: ReadonlyMap<number, Mark>): void {
  const free = (length: number) => {
    for (let i = 1; i <= length; i++) if (marks.has(column + i) || column + i >= cells.length) return false;
    return true;
  };
  if (free(text.length + 2)) for (let i = 0; i < text.length; i++) cells[column + 2 + i] = text[i] ?? '';
  else if (free(1)) cells[column + 1] = text[0] ?? '';
}

/** Writes text as far as there is room: in `room`, which is a part of `cells`. */
function write(room: readonly string[], from: number, text: string, cells: string[] = room as string[]): void {
  if (text.length > 3 && from + 2 > room.length) return;
  for (let i = 0; i < text.length && from + i < room.length; i++) cells[from + i] = text[i] ?? '';
}

function shortName(name: string, width: number): string {
  return name.length <= width ? name : `${name.slice(0, width - 1)}…`;
}
