import type { CalicoProfile } from '../profiles.ts';
import { wrapWords } from './wrap-words.ts';

const HEADINGS = ['COMPONENT', 'TIMEOUT', 'LIVENESS', 'READINESS', 'DETAIL'];
/** A cell that is wider is written in several lines. */
const WIDEST = 30;
const NUMBER = /^-?(?:\d{1,3}(?:,\d{3})*|\d+)(?:\.\d+)?$/;

/**
 * The table of reporters as it stands in answers and logs. Models olekukonko/tablewriter v0.0.5 with its defaults (headings
 * in the middle): long cells are wrapped, numbers stand at the right; or v1, which does neither.
 */
export function healthTable(
  rows: readonly (readonly string[])[],
  headings: CalicoProfile['table']['headings'],
): string {
  const isOld = headings !== 'left';
  const split = isOld ? wrapCell : splitCell;
  const cells = rows.map((row) => HEADINGS.map((_, column) => split(row[column] ?? '')));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.width ?? 0)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (texts: readonly string[], pad: (text: string, width: number) => string) =>
    `|${texts.map((text, column) => ` ${pad(text, widths[column] ?? 0)} `).join('|')}|`;
  const body = cells.flatMap((row) => {
    const height = Math.max(...row.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, at) => {
      const texts = row.map(({ lines }) => lines[at] ?? '');
      return line(texts, isOld ? padCell : padRight);
    });
  });
  return [rule, line(HEADINGS, isOld ? padCentre : padRight), rule, ...body, rule].join('\n');
}

/** A cell's lines and how wide they make the column. */
interface Cell {
  lines: readonly string[];
  width: number;
}

function splitCell(text: string): Cell {
  const lines = text.split('\n');
  return { lines, width: Math.max(...lines.map(({ length }) => length)) };
}

/** The column is as wide as the whole limit, if the cell had to be wrapped. */
function wrapCell(text: string): Cell {
  const limit = Math.min(WIDEST, splitCell(text).width);
  const lines = wrapWords(text, limit);
  return { lines, width: Math.max(limit, ...lines.map(({ length }) => length)) };
}

function padCell(text: string, width: number): string {
  return NUMBER.test(text.trim()) ? text.padStart(width) : padRight(text, width);
}

function padRight(text: string, width: number): string {
  return text.padEnd(width);
}

function padCentre(text: string, width: number): string {
  return `${' '.repeat(Math.floor((width - text.length) / 2))}${text}`.padEnd(width);
}
