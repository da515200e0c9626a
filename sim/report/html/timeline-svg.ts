import { formatDuration } from '../../core/duration.ts';
import type { Lane, Mark, Span } from '../lanes.ts';
import { escapeHtml } from './escape.ts';

const LABELS = 190;
const WIDTH = 1000;
const LANE = 22;
const TOP = 24;
const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

export interface SvgLimits {
  lanes: number;
  /** Marks with a text of their own, in all lanes together; further ones are drawn without. */
  marks: number;
}

/** The lanes of a run as an SVG picture: bars for states, marks for probe attempts, each with its text. */
export function timelineSvg(lanes: readonly Lane[], endMs: number, limits: SvgLimits): string {
  const shown = lanes.slice(0, limits.lanes);
  const height = TOP + Math.max(1, shown.length) * LANE + 4;
  const x = (ms: number) => LABELS + (Math.min(endMs, Math.max(0, ms)) / Math.max(1, endMs)) * (WIDTH - LABELS);
  const left = { marks: limits.marks };
  const rows = shown.map((lane, index) => laneSvg(lane, TOP + index * LANE, x, left));
  const more = lanes.length - shown.length;
  return [
    `<svg class="timeline" viewBox="0 0 ${WIDTH + 8} ${height}" role="img" aria-label="Timeline" data-end="${endMs}" data-from="${LABELS}" data-to="${WIDTH}">`,
    axis(endMs, height, x),
    ...rows,
    `<line class="cursor" x1="${LABELS}" x2="${LABELS}" y1="${TOP - 6}" y2="${height}"/>`,
    '</svg>',
    more > 0 ? `<p class="note">${more} more lanes: probelab timeline --all</p>` : '',
  ].join('\n');
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

function laneSvg(lane: Lane, top: number, x: (ms: number) => number, left: { marks: number }): string {
  const name = lane.name.length > 26 ? `${lane.name.slice(0, 25)}…` : lane.name;
  const spans = lane.spans.map((span) => spanSvg(span, lane, top, x));
  const marks = lane.marks.map((mark) => markSvg(mark, lane, top, x, left));
  const title = `<title>${escapeHtml(`${lane.namespace}/${lane.pod} ${lane.name}`)}</title>`;
  return `<g><text class="lane" x="4" y="${top + 15}">${escapeHtml(name)}${title}</text>${spans.join('')}${marks.join('')}</g>`;
}

function spanSvg(span: Span, lane: Lane, top: number, x: (ms: number) => number): string {
  const [from, to] = [x(span.from), x(span.to)];
  const width = Math.max(1.5, to - from);
  const bar = lane.kind === 'probe' ? { y: top + 9, height: 4 } : { y: top + 3, height: 16 };
  const times = `+${formatDuration(span.from)} to +${formatDuration(span.to)}`;
  const title = `<title>${escapeHtml(`${lane.name}: ${span.text || span.state}, ${times}`)}</title>`;
  const label =
    lane.kind === 'container' && width > span.text.length * 6.5 + 8
      ? `<text class="bar" x="${(from + 4).toFixed(1)}" y="${top + 15}">${escapeHtml(span.text)}</text>`
      : '';
  return `<rect class="${span.state}" x="${from.toFixed(1)}" y="${bar.y}" width="${width.toFixed(1)}" height="${bar.height}">${title}</rect>${label}`;
}

const SHAPES: Readonly<Record<Mark['state'], string>> = {
  success: 'M-3 1l2 3 4-7',
  failure: 'M-3-3l6 6m0-6l-6 6',
  warning: 'M0-4v5m0 2v1',
  error: 'M0-4l4 4-4 4-4-4z',
};

function markSvg(mark: Mark, lane: Lane, top: number, x: (ms: number) => number, left: { marks: number }): string {
  const place = `transform="translate(${x(mark.at).toFixed(1)} ${top + 11})" d="${SHAPES[mark.state]}"`;
  if (left.marks-- <= 0) return `<path class="${mark.state}" ${place}/>`;
  const text = mark.text === undefined ? mark.state : `${mark.state} ${mark.text}`;
  return `<path class="${mark.state}" ${place}><title>${escapeHtml(`${lane.name} +${formatDuration(mark.at)}: ${text}`)}</title></path>`;
}
