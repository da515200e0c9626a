import { formatDuration } from '../core/duration.ts';
import type { Pod } from '../kube/objects.ts';
import { callerTable, disagreementTable } from './discovery.ts';
import { endpointChangeTable } from './endpoint-changes.ts';
import { eventsOf } from './kubectl/describe-events.ts';
import { describePod } from './kubectl/describe-pod.ts';
import { getText, select } from './kubectl/get.ts';
import { printTable } from './kubectl/table.ts';
import { type Report, type ReportedExpectation, reportNow } from './report.ts';
import { renderTimeline } from './timeline.ts';

/** Ways to make text stand out; all the identity without colour. */
export interface Paint {
  ok(text: string): string;
  failed(text: string): string;
  warning(text: string): string;
  name(text: string): string;
  dim(text: string): string;
}

export interface ReportTextOptions {
  width: number;
  ascii: boolean;
  wide?: boolean;
  paint: Paint;
  /** The text of a source file, for the place of a failed expectation. */
  source?: (file: string) => string | undefined;
  /** Lines of `describe` at most. Default 140. */
  describeLines?: number;
}

const NOTICES_SHOWN = 20;
const LOG_LINE = 160;
const TABLE_LINES = 50;

/** The whole report as text for a terminal; the verdict is its first and its last line. */
export function reportText(report: Report, options: ReportTextOptions): string {
  const { paint } = options;
  const now = reportNow(report);
  const verdict = verdictText(report, paint);
  const parts = [verdict, '', renderTimeline(report.lanes, { ...options, endMs: report.endMs })];
  const pods = getText(select(report, { words: ['pods'] }), { now, wide: options.wide ?? false });
  if (pods !== '') parts.push(heading('kubectl get pods', options), firstLines(pods, 'probelab get pods'));
  parts.push(...describeParts(report, options));
  if (report.endpointChanges.length > 0) {
    const shown = report.endpointChanges.slice(0, 30);
    parts.push(heading('EndpointSlice changes', options), printTable(endpointChangeTable(shown)));
    const left = report.endpointChanges.length - shown.length;
    if (left > 0) parts.push(`… ${left} more changes: probelab run -o json\n`);
  }
  parts.push(...discoveryParts(report, options));
  for (const expectation of report.expectations) {
    if (!expectation.ok) parts.push(failureText(report, expectation, options));
  }
  parts.push(...noticeParts(report, options));
  parts.push(howItRan(report, options), verdict);
  return `${parts.map((part) => part.replace(/\n$/, '')).join('\n')}\n`;
}

/** Who called whom, and when registry, endpoints and caches told different things. */
function discoveryParts({ discovery }: Report, options: ReportTextOptions): string[] {
  if (discovery === undefined) return [];
  const { callers, disagreements } = discovery;
  const shown = disagreements.slice(0, 30);
  const left = disagreements.length - shown.length;
  return [
    ...(callers.length === 0 ? [] : [heading('Requests', options), printTable(callerTable(callers))]),
    ...(shown.length === 0
      ? []
      : [heading('Registry, endpoints and caches differ', options), printTable(disagreementTable(shown))]),
    ...(left === 0 ? [] : [`… ${left} more: probelab run -o json`]),
  ];
}

/** The verdict in its colour. */
export function verdictText(report: Report, paint: Paint): string {
  const { result, text } = report.verdict;
  const space = text.indexOf(' ');
  const word = text.slice(0, space);
  const color = result === 'pass' || result === 'done' ? paint.ok : paint.failed;
  const mark = result === 'pass' || result === 'done' ? '✓' : '✗';
  return color(`${mark} ${word}`) + text.slice(space);
}

function heading(text: string, { paint }: ReportTextOptions): string {
  return `\n${paint.dim(`# ${text}`)}`;
}

/** Describes pods as long as there is room: first those that something happened to. */
function describeParts(report: Report, options: ReportTextOptions): string[] {
  const pods = report.objects.filter((object) => object.kind === 'Pod') as unknown as Pod[];
  const restarted = new Set(report.restarts.map((restart) => restart.pod));
  const order = [...pods].sort(
    (a, b) => Number(restarted.has(b.metadata.name)) - Number(restarted.has(a.metadata.name)),
  );
  const budget = options.describeLines ?? 140;
  const parts: string[] = [];
  let used = 0;
  let shown = 0;
  for (const pod of order) {
    const text = describePod(pod, eventsOf(report.events, pod), reportNow(report));
    used += text.split('\n').length;
    if (shown > 0 && used > budget) break;
    parts.push(heading(`kubectl describe pod ${pod.metadata.name}`, options), text);
    shown++;
  }
  if (shown < pods.length) parts.push(`… ${pods.length - shown} more: probelab describe pods`);
  return parts;
}

/** A failed expectation with its place, what was so instead, what led to it and how to see it again. */
export function failureText(report: Report, expectation: ReportedExpectation, options: ReportTextOptions): string {
  const { paint } = options;
  const { location } = expectation;
  const place = location === undefined ? '' : `${location.file}:${location.line}:${location.column} `;
  const lines = ['', `${paint.failed('✗')} ${paint.name(place)}expected ${expectation.text}`];
  const source = location === undefined ? undefined : options.source?.(location.file)?.split('\n')[location.line - 1];
  if (location !== undefined && source !== undefined) {
    const gutter = String(location.line);
    lines.push(`  ${paint.dim(`${gutter} |`)} ${source}`);
    lines.push(
      `  ${paint.dim(`${' '.repeat(gutter.length)} |`)} ${' '.repeat(location.column - 1)}${paint.failed('^')}`,
    );
  }
  if (expectation.actual !== undefined)
    lines.push(`  instead: ${expectation.actual.replaceAll('\n', '\n           ')}`);
  if (expectation.eventsBefore !== undefined && expectation.eventsBefore.length > 0) {
    lines.push('  events before:');
    for (const event of expectation.eventsBefore) {
      const count = event.count > 1 ? ` (x${event.count})` : '';
      const time = paint.dim(`+${formatDuration(event.at)}`);
      lines.push(`    ${time} ${event.type} ${event.reason}${count} ${paint.name(event.object)}: ${event.message}`);
    }
  }
  if (expectation.lastLogLines !== undefined && expectation.lastLogLines.length > 0) {
    lines.push('  last lines of the containers:', ...expectation.lastLogLines.map((line) => `    ${shortened(line)}`));
  }
  const runtime = report.runtime === 'docker' ? ' --runtime docker' : '';
  lines.push(`  replay: probelab run ${report.file ?? report.metadata.name} --seed ${report.seed}${runtime}`);
  return lines.join('\n');
}

/** The head of a table; what is left out is said, with the command that shows it. */
function firstLines(table: string, command: string): string {
  const lines = table.trimEnd().split('\n');
  if (lines.length <= TABLE_LINES) return table;
  return `${lines.slice(0, TABLE_LINES).join('\n')}\n… ${lines.length - TABLE_LINES} more: ${command}\n`;
}

/** A log line may be a whole JSON document; what matters is where it begins. */
function shortened(line: string): string {
  return line.length > LOG_LINE ? `${line.slice(0, LOG_LINE)}…` : line;
}

/** Warnings, and what stood in for what: a reader has to know which containers were the real ones. */
function noticeParts(report: Report, { paint }: ReportTextOptions): string[] {
  const lines = report.notices.map(({ level, code, message, location }) => {
    const place = location === undefined ? '' : ` (${location.file}:${location.line}:${location.column})`;
    const mark = level === 'info' ? paint.dim('i') : paint.warning('!');
    return `${mark} ${message}${place} [${code}]`;
  });
  const shown = [...new Set(lines)];
  if (shown.length === 0) return [];
  const left = shown.length > NOTICES_SHOWN ? [`… ${shown.length - NOTICES_SHOWN} more: probelab run -o json`] : [];
  return ['', ...shown.slice(0, NOTICES_SHOWN), ...left];
}

function howItRan(report: Report, { paint }: ReportTextOptions): string {
  const profiles = Object.entries(report.profiles).map(([name, version]) => `${name} ${version}`);
  const what = [`seed ${report.seed}`, ...profiles].join(', ');
  const text =
    report.runtime === 'virtual'
      ? `Ran ${report.duration} of virtual time (${what}); no containers were started. On a Docker engine: probelab run ${report.file ?? 'FILE'} --runtime docker`
      : `Ran ${report.duration} on Docker (${what}).`;
  return `\n${paint.dim(text)}`;
}
