import { formatDuration } from '../../core/duration.ts';
import { getText, select } from '../kubectl/get.ts';
import { type Report, reportNow } from '../report.ts';
import { verdictCounts } from '../verdict.ts';
import { escapeHtml } from './escape.ts';
import { type Moment, momentsOf } from './moments.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { timelineSvg } from './timeline-svg.ts';

/** The page stays below this: it is to be attached to issues and opened from a disk. */
export const MAX_PAGE_BYTES = 300_000;

/** How much of a run is shown. */
interface Limits {
  share: number;
  moments: number;
  lanes: number;
  marks: number;
  apart: number;
  logLines: number;
}

/** Below this share a run is told in one line. */
const LEAST = 1 / 256;

/** What a share of everything comes to. Some lanes are worth more than many events: they are the picture. */
function limitsOf(share: number): Limits {
  return {
    share,
    moments: Math.ceil(800 * share),
    lanes: Math.max(8, Math.ceil(120 * share)),
    marks: Math.floor(1200 * share),
    apart: share > 0.1 ? 4 : 10,
    logLines: Math.floor(150 * share),
  };
}

export interface PageOptions {
  /** The text that the button copies, of each report. */
  markdown: (report: Report) => string;
}

/**
 * Reports as one HTML file of less than 300 kB that needs no network: verdict, expectations, timeline, events, pods, logs.
 * What does not fit is left out of the runs that went well first.
 */
export function htmlPage(reports: readonly Report[], options: PageOptions): string {
  let text = '';
  let [bad, good] = [1, 1];
  while (bad >= LEAST / 2) {
    text = page(reports, (report) => limitsOf(wentWell(report) ? good : bad), options);
    if (new TextEncoder().encode(text).length < MAX_PAGE_BYTES) return text;
    if (good >= LEAST) good /= 2;
    else bad /= 2;
  }
  return text;
}

function wentWell({ verdict }: Report): boolean {
  return verdict.result === 'pass' || verdict.result === 'done';
}

function page(reports: readonly Report[], limits: (report: Report) => Limits, options: PageOptions): string {
  const title = reports.length === 1 ? (reports[0]?.verdict.text ?? '') : verdictCounts(reports);
  const sections = reports.map((report, index) => section(report, index, reports.length > 1, limits(report), options));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<p class="keys"><input id="filter" type="search" placeholder="filter events" aria-label="filter events" autocomplete="off"> <kbd>←</kbd> <kbd>→</kbd> moments, <kbd>/</kbd> filter, <kbd>e</kbd> events <output id="found"></output></p>
<main>${reports.length === 1 ? '' : `<h1>${escapeHtml(title)}</h1>`}
${sections.join('\n')}
</main>
<script>${SCRIPT}</script></body></html>
`;
}

function section(report: Report, index: number, several: boolean, limits: Limits, options: PageOptions): string {
  const { verdict, file, seed, runtime, duration, profiles, tool, description } = report;
  const mark = verdict.result === 'pass' ? '✓' : verdict.result === 'done' ? '·' : '✗';
  const versions = Object.entries(profiles).map(([name, version]) => `${name} ${version}`);
  const meta = [file, `seed ${seed}`, runtime, duration, ...versions, `${tool.name} ${tool.version}`].filter(Boolean);
  const parts = [
    `<p class="meta">${escapeHtml(meta.join(' · '))}</p>`,
    description === undefined ? '' : `<p>${escapeHtml(description)}</p>`,
    limits.share < 0.2 ? '' : copyButton(options.markdown(report), index),
    notices(report),
    `<h2>Timeline</h2>${timelineSvg(report.lanes, report.endMs, limits)}`,
    expectations(report),
    momentsTable(momentsOf(report), index, limits.moments),
    pods(report),
    logs(report, limits.logLines),
  ];
  const head = `<span class="${verdict.result}">${mark} ${escapeHtml(verdict.text)}</span>`;
  if (!several) return `<section><h1>${head}</h1>${parts.join('\n')}</section>`;
  if (limits.share < LEAST)
    return `<section><p>${head} <span class="note">${escapeHtml(file ?? '')}</span></p></section>`;
  const open = wentWell(report) ? '' : ' open';
  return `<section><details${open}><summary>${head}</summary>${parts.join('\n')}</details></section>`;
}

/** What the user should know about a run: parts of manifests that are not run, above all. */
function notices({ notices }: Report): string {
  const shown = notices.filter(({ level }) => level !== 'info').slice(0, 20);
  return shown
    .map(
      ({ message, code }) =>
        `<p class="notice">! ${escapeHtml(message)} <span class="note">[${escapeHtml(code)}]</span></p>`,
    )
    .join('\n');
}

function copyButton(markdown: string, index: number): string {
  return `<p><button data-copy="md${index}">Copy as Markdown</button></p><template id="md${index}">${escapeHtml(markdown)}</template>`;
}

function expectations({ expectations }: Report): string {
  if (expectations.length === 0) return '';
  const rows = expectations.map(({ ok, text, actual, location }) => {
    const place = location === undefined ? '' : `${location.file.split(/[/\\]/).at(-1)}:${location.line}`;
    const instead = actual === undefined ? '' : `<br><span class="failed">but ${escapeHtml(actual)}</span>`;
    const cell = ok ? '<td class="met">✓&nbsp;met</td>' : '<td class="failed">✗&nbsp;failed</td>';
    return `<tr>${cell}<td class="text">${escapeHtml(text)}${instead}</td><td class="note place">${escapeHtml(place)}</td></tr>`;
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
