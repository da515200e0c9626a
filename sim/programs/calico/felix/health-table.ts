import type { CalicoProfile } from '../profiles.ts';

const HEADINGS = ['COMPONENT', 'TIMEOUT', 'LIVENESS', 'READINESS', 'DETAIL'];

/** The table of reporters as it stands in answers and logs. Models olekukonko/tablewriter with its defaults. */
export function healthTable(
  rows: readonly (readonly string[])[],
  headings: CalicoProfile['table']['headings'],
): string {
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (cells: readonly string[], pad: (text: string, width: number) => string) =>
    `|${cells.map((cell, column) => ` ${pad(cell, widths[column] ?? 0)} `).join('|')}|`;
  const heading = headings === 'left' ? padRight : padCentre;
  return [rule, line(HEADINGS, heading), rule, ...rows.map((row) => line(row, padRight)), rule].join('\n');
}

function padRight(text: string, width: number): string {
  return text.padEnd(width);
}

function padCentre(text: string, width: number): string {
  return `${' '.repeat(Math.floor((width - text.length) / 2))}${text}`.padEnd(width);
}
