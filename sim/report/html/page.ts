import { formatDuration } from '../../core/duration.ts';
import { getText, select } from '../kubectl/get.ts';
import { type Report, reportNow } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { type Moment, momentsOf } from './moments.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { timelineSvg } from './timeline-svg.ts';

/** The page stays below this: it is to be attached to issues and opened from a disk. */
export const MAX_PAGE_BYTES = 300_000;

/** How much of each run is shown; less for every try that was too long. */
interface Limits {
  moments: number;
  lanes: number;
  marks: number;
  logLines: number;
}

const FULL: Limits = { moments: 800, lanes: 120, marks: 1200, logLines: 150 };

export interface PageOptions {
  /** The text that the button copies, of each report. */
  markdown: (report: Report) => string;
}

/** Reports as one HTML file of less than 300 kB that needs no network: verdict, expectations, timeline, events, pods, logs. */
export function htmlPage(reports: readonly Report[], options: PageOptions): string {
  let text = '';
  for (let share = 1; share > 0.002; share /= 2) {
    const part = share / Math.max(1, reports.length / 2);
    const limits = {
      moments: Math.ceil(FULL.moments * Math.min(1, part)),
      lanes: Math.ceil(FULL.lanes * Math.min(1, part)),
      marks: Math.floor(FULL.marks * Math.min(1, part)),
      logLines: Math.floor(FULL.logLines * Math.min(1, part)),
    };
    text = page(reports, limits, share === 1 ? options : undefined);
    if (new TextEncoder().encode(text).length < MAX_PAGE_BYTES) return text;
  }
  return text;
}

function page(reports: readonly Report[], limits: Limits, options: PageOptions | undefined): string {
  const title = reports.length === 1 ? (reports[0]?.verdict.text ?? '') : `${reports.length} scenarios`;
  const sections = reports.map((report, index) => section(report, index, reports.length > 1, limits, options));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<p class="keys note"><input id="filter" type="search" placeholder="filter" aria-label="filter"> <kbd>←</kbd> <kbd>→</kbd> moments, <kbd>/</kbd> filter, <kbd>e</kbd> events</p>
${sections.join('\n')}
<script>${SCRIPT}</script></body></html>
`;
}

function section(
  report: Report,
  index: number,
  several: boolean,
  limits: Limits,
  options: PageOptions | undefined,
): string {
  const { verdict, file, seed, runtime, duration, profiles, tool, description } = report;
  const mark = verdict.result === 'pass' ? '✓' : verdict.result === 'done' ? '·' : '✗';
  const versions = Object.entries(profiles).map(([name, version]) => `${name} ${version}`);
  const meta = [file, `seed ${seed}`, runtime, duration, ...versions, `${tool.name} ${tool.version}`].filter(Boolean);
  const parts = [
    `<p class="meta">${escapeHtml(meta.join(' · '))}</p>`,
    description === undefined ? '' : `<p>${escapeHtml(description)}</p>`,
    options === undefined ? '' : copyButton(options.markdown(report), index),
    `<h2>Timeline</h2>${timelineSvg(report.lanes, report.endMs, limits)}`,
    expectations(report),
    momentsTable(momentsOf(report), index, limits.moments),
    pods(report),
    logs(report, limits.logLines),
  ];
  const head = `<span class="${verdict.result}">${mark} ${escapeHtml(verdict.text)}</span>`;
  if (!several) return `<section><h1>${head}</h1>${parts.join('\n')}</section>`;
  const open = verdict.result === 'pass' || verdict.result === 'done' ? '' : ' open';
  return `<section><details${open}><summary>${head}</summary>${parts.join('\n')}</details></section>`;
}

function copyButton(markdown: string, index: number): string {
  return `<p><button data-copy="md${index}">Copy as Markdown</button></p><template id="md${index}">${escapeHtml(markdown)}</template>`;
}

function expectations({ expectations }: Report): string {
  if (expectations.length === 0) return '';
  const rows = expectations.map(({ ok, text, actual, location }) => {
    const place = location === undefined ? '' : `${location.file.split(/[/\\]/).at(-1)}:${location.line}`;
    const instead = actual === undefined ? '' : `<br><span class="failed">but ${escapeHtml(actual)}</span>`;
    const cell = ok ? '<td class="ok">✓&nbsp;met</td>' : '<td class="failed">✗&nbsp;failed</td>';
    return `<tr>${cell}<td class="text">${escapeHtml(text)}${instead}</td><td class="note">${escapeHtml(place)}</td></tr>`;
  });
  return `<h2>Expectations</h2><table>${rows.join('')}</table>`;
}

function momentsTable(moments: readonly Moment[], index: number, limit: number): string {
  const rows = moments.slice(0, limit).map(({ at, kind, subject, text }, number) => {
    const id = `r${index}m${number}`;
    const time = `<td class="at"><a href="#${id}">+${formatDuration(at)}</a></td>`;
    return `<tr id="${id}" class="${kind}" data-at="${at}">${time}<td class="kind">${kind}</td><td class="subject">${escapeHtml(subject)}</td><td class="text">${escapeHtml(text)}</td></tr>`;
  });
  const left = moments.length - rows.length;
  const more = left > 0 ? `<p class="note">${left} more: probelab events</p>` : '';
  const head = '<tr><th>time</th><th>kind</th><th>subject</th><th>what happened</th></tr>';
  return `<h2 class="events">Events</h2><table><thead>${head}</thead><tbody>${rows.join('\n')}</tbody></table>${more}`;
}

function pods(report: Report): string {
  const selected = select(report, { words: ['pods'] });
  const text = getText(selected, { now: reportNow(report), wide: true });
  return text === '' ? '' : `<h2>Pods at the end</h2><pre>${escapeHtml(text)}</pre>`;
}

function logs({ logs }: Report, limit: number): string {
  if (logs.length === 0 || limit === 0) return '';
  const blocks = logs.map(({ pod, container, attempt, lines }) => {
    const kept = lines.slice(-limit);
    const text = kept.map(({ at, line }) => `+${formatDuration(at)} ${line}`).join('\n');
    const left = lines.length - kept.length;
    const note = left > 0 ? ` (the last ${kept.length} lines)` : '';
    const name = `${pod} ${container}${attempt === 0 ? '' : `, instance ${attempt + 1}`}${note}`;
    return `<details><summary>${escapeHtml(name)}</summary><pre>${escapeHtml(text)}</pre></details>`;
  });
  return `<h2>Logs</h2>${blocks.join('\n')}`;
}
