import type { Report } from '../../sim/report/report.ts';
import { reportText } from '../../sim/report/text.ts';
import { renderTimeline } from '../../sim/report/timeline.ts';
import { paint } from '../color.ts';

/** A report for a job summary or an issue. */
export function markdown(reports: readonly Report[]): string {
  return reports
    .map((report) => {
      const timeline = renderTimeline(report.lanes, { endMs: report.endMs, width: 100 });
      const rows = report.expectations.map(
        ({ ok, text, actual }) => `| ${ok ? '✓' : '✗'} | ${cell(text)} | ${cell(actual ?? '')} |`,
      );
      const table = rows.length === 0 ? '' : `\n| | expectation | instead |\n|---|---|---|\n${rows.join('\n')}\n`;
      const full = reportText(report, { width: 100, ascii: false, paint: paint(false) });
      return (
        `## ${report.verdict.text}\n\n\`\`\`\n${timeline}\`\`\`\n${table}\n` +
        `<details><summary>Everything</summary>\n\n\`\`\`\n${full}\`\`\`\n\n</details>\n`
      );
    })
    .join('\n');
}

/** Annotations that GitHub shows beside the lines of a pull request. */
export function githubAnnotations(reports: readonly Report[]): string {
  const lines: string[] = [];
  for (const report of reports) {
    for (const { ok, text, actual, location } of report.expectations) {
      if (ok) continue;
      const place = location === undefined ? '' : ` file=${location.file},line=${location.line},col=${location.column}`;
      lines.push(`::error${place}::${escapeData(`expected ${text}${actual === undefined ? '' : `, but ${actual}`}`)}`);
    }
    lines.push(`::notice::${escapeData(report.verdict.text)}`);
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
