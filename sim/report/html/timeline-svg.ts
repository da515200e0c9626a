import { formatDuration } from '../../core/duration.ts';
import type { Lane, Mark, Span } from '../lanes.ts';
import { escapeHtml } from './escape.ts';

const LABELS = 190;
const WIDTH = 1000;
const LANE = 22;
const TOP = 24;
/** A picture that is not higher stays in sight while the story is read. */
const PINNED_ROWS = 9;
const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

export interface SvgLimits {
  lanes: number;
  /** Marks with a text of their own, in all lanes together; further ones are drawn without. */
  marks: number;
  /** Marks without a text of their own that are nearer to each other than this are drawn as one; of the picture's 1000. */
  apart?: number;
}

/** The lanes of a run as an SVG picture: bars for states, marks for probe attempts, each with its text. */
export function timelineSvg(lanes: readonly Lane[], endMs: number, limits: SvgLimits): string {
  const shown = lanes.slice(0, limits.lanes);
  const rows = rowsOf(shown, new Set(lanes.map(podOf)).size > 1);
  const height = TOP + Math.max(1, rows.length) * LANE + 4;
  const x = (ms: number) => LABELS + (Math.min(endMs, Math.max(0, ms)) / Math.max(1, endMs)) * (WIDTH - LABELS);
  const left = { marks: limits.marks, apart: limits.apart ?? 4 };
  const drawn = rows.map((row, index) => {
    const top = TOP + index * LANE;
    return typeof row === 'string' ? podSvg(row, top) : laneSvg(row, top, x, left);
  });
  const more = lanes.length - shown.length;
  return [
    `<div class="lanes${rows.length <= PINNED_ROWS ? ' pinned' : ''}" tabindex="0" role="region" aria-label="Timeline"><svg class="timeline" viewBox="0 0 ${WIDTH + 8} ${height}" role="img" aria-label="Lanes of containers, probes and endpoints over time" data-end="${endMs}" data-from="${LABELS}" data-to="${WIDTH}">`,
    axis(endMs, height, x),
    ...drawn,
    `<line class="cursor" x1="${LABELS}" x2="${LABELS}" y1="${TOP - 6}" y2="${height}"/>`,
    '</svg></div>',
    more > 0 ? `<p class="note">${more} more lanes: probelab timeline --all</p>` : '',
  ].join('\n');
}

const podOf = (lane: Lane): string => `${lane.namespace}/${lane.pod}`;

/** The lanes, and before those of each pod its name if there are several pods. */
function rowsOf(lanes: readonly Lane[], named: boolean): (Lane | string)[] {
  let pod = '';
  return lanes.flatMap((lane) => {
    const owner = podOf(lane);
    const head = named && owner !== pod && lane.pod !== '' ? [`pod/${lane.pod}`] : [];
    pod = owner;
    return [...head, lane];
  });
}

function podSvg(name: string, top: number): string {
  return `<text class="lane pod" x="4" y="${top + 15}">${escapeHtml(name)}</text>`;
}

function axis(endMs: number, height: number, x: (ms: number) => number): string {
  const step = STEPS_SECONDS.find((seconds) => endMs / 1000 / seconds <= 10) ?? 604_800;
  const parts: string[] = [];
  for (let seconds = 0; seconds * 1000 <= endMs; seconds += step) {
    const at = x(seconds * 1000).toFixed(1);
    parts.push(`<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${height}"/>`);
    const anchor = x(seconds * 1000) > WIDTH - 40 ? ' text-anchor="end"' : '';
    parts.push(`<text class="tick" x="${at}" y="12"${anchor}>${formatDuration(seconds * 1000)}</text>`);
  }
  return parts.join('');
}

function laneSvg(lane: Lane, top: number, x: (ms: number) => number, left: Required<Omit<SvgLimits, 'lanes'>>): string {
  const name = lane.name.length > 26 ? `${lane.name.slice(0, 25)}…` : lane.name;
  const spans = lane.spans.map((span) => spanSvg(span, lane, top, x));
  const title = `<title>${escapeHtml(`${lane.namespace}/${lane.pod} ${lane.name}`)}</title>`;
  return `<g><text class="lane" x="4" y="${top + 15}">${escapeHtml(name)}${title}</text>${spans.join('')}${marksSvg(lane, top, x, left)}</g>`;
}

function spanSvg(span: Span, lane: Lane, top: number, x: (ms: number) => number): string {
  const [from, to] = [x(span.from), x(span.to)];
  const width = Math.max(1.5, to - from);
  const bar = lane.kind === 'probe' ? { y: top + 17, height: 3 } : { y: top + 3, height: 16 };
  const times = `+${formatDuration(span.from)} to +${formatDuration(span.to)}`;
  const title = `<title>${escapeHtml(`${lane.name}: ${span.text || span.state}, ${times}`)}</title>`;
  const label =
    lane.kind === 'container' && width > span.text.length * 6.5 + 8
      ? `<text class="bar" x="${(from + 4).toFixed(1)}" y="${top + 15}">${escapeHtml(span.text)}</text>`
      : '';
  return `<rect class="${span.state}" x="${from.toFixed(1)}" y="${bar.y}" width="${width.toFixed(1)}" height="${bar.height}">${title}</rect>${label}`;
}

const SHAPES: Readonly<Record<Mark['state'], (x: number, y: number) => string>> = {
  success: (x, y) => `M${x - 3} ${y + 1}l2 3 4-7`,
  failure: (x, y) => `M${x - 3} ${y - 3}l6 6m0-6l-6 6`,
  warning: (x, y) => `M${x} ${y - 4}v5m0 2v1`,
  error: (x, y) => `M${x} ${y - 4}l4 4-4 4-4-4z`,
};

/** Marks with their texts as long as `left` allows it; the others of a state together, as a drawing only. */
function marksSvg(
  lane: Lane,
  top: number,
  x: (ms: number) => number,
  left: Required<Omit<SvgLimits, 'lanes'>>,
): string {
  const titled: string[] = [];
  const plain = new Map<Mark['state'], { last: number; d: string }>();
  for (const mark of lane.marks) {
    const place = Math.round(x(mark.at));
    const d = SHAPES[mark.state](place, top + 9);
    if (left.marks-- > 0) {
      const text = mark.text === undefined ? mark.state : `${mark.state} ${mark.text}`;
      const title = escapeHtml(`${lane.name} +${formatDuration(mark.at)}: ${text}`);
      titled.push(`<path class="${mark.state}" d="${d}"><title>${title}</title></path>`);
      continue;
    }
    const before = plain.get(mark.state);
    if (before !== undefined && place - before.last < left.apart) continue;
    plain.set(mark.state, { last: place, d: `${before?.d ?? ''}${d}` });
  }
  return [...titled, ...[...plain].map(([state, { d }]) => `<path class="${state}" d="${d}"/>`)].join('');
}
