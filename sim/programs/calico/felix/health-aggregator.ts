import { formatDuration } from '../../../core/duration.ts';
import type { CalicoProfile } from '../profiles.ts';
import { healthTable } from './health-table.ts';

/** What a reporter says of itself. */
export interface HealthReport {
  live: boolean;
  ready: boolean;
  detail?: string;
}

/** Whether the whole is live and ready, and the table that says why. */
export interface HealthSummary {
  live: boolean;
  ready: boolean;
  table: string;
}

/** Logs as logrus does: a level, a message, fields in the order of their names. */
export type FieldLog = (
  level: 'info' | 'warning' | 'error',
  message: string,
  fields?: Readonly<Record<string, string>>,
) => void;

interface Reporter {
  name: string;
  /** Which of the two it reports. */
  reports: { live: boolean; ready: boolean };
  timeoutMs: number;
  latest: HealthReport;
  stamp: number;
}

export interface AggregatorOptions {
  now(): number;
  profile: CalicoProfile;
  log: FieldLog;
}

/**
 * Gathers what the parts of a component report. One reporter that is not well, or silent for longer than its time-out,
 * makes the whole unwell in what it reports.
 * Models projectcalico/calico libcalico-go/lib/health/health.go HealthAggregator.
 */
export class HealthAggregator {
  readonly #options: AggregatorOptions;
  readonly #reporters = new Map<string, Reporter>();
  #overrides: Readonly<Record<string, number>> = {};
  #last: HealthSummary | undefined;
  #everReady = false;

  constructor(options: AggregatorOptions) {
    this.#options = options;
  }

  /** A reporter begins live and not ready; again under the same name, it begins anew. `timeoutMs` 0 never runs out. */
  register(name: string, reports: { live: boolean; ready: boolean }, timeoutMs = 0): void {
    const latest = { live: true, ready: false };
    this.#reporters.set(name, { name, reports, timeoutMs, latest, stamp: this.#options.now() });
  }

  unregister(name: string): void {
    this.#reporters.delete(name);
  }

  /** Throws RangeError for a name that nobody registered, where the real one panics. */
  report(name: string, report: HealthReport): void {
    const reporter = this.#reporters.get(name);
    if (reporter === undefined) throw new RangeError(`no reporter ${name}`);
    const before = reporter.latest;
    reporter.latest = report;
    reporter.stamp = this.#options.now();
    if (same(before, report)) return;
    const { log, profile } = this.#options;
    if (profile.healthLog === 'status') {
      const fields = { lastReport: `{${goFields(before)}}`, name, newReport: `&{${goFields(report)}}` };
      log('info', 'Health of component changed', fields);
    } else {
      const fields = { name, newReport: words(reporter, report), oldReport: words(reporter, before) };
      log('info', 'Health of component changed', fields);
    }
  }

  /** Time-outs by reporter that go before its own, ms; 0 never runs out. */
  override(timeouts: Readonly<Record<string, number>>): void {
    this.#overrides = timeouts;
  }

  summary(): HealthSummary {
    const { profile, log } = this.#options;
    const rows: string[][] = [];
    let live = true;
    let ready = true;
    for (const reporter of [...this.#reporters.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const late = this.#timedOut(reporter);
      if (late && profile.healthLog === 'status') log('warning', 'Report timed out', { name: reporter.name });
      const cells = { live: cell(reporter, 'live', late), ready: cell(reporter, 'ready', late) };
      const bad = {
        live: reporter.reports.live && (late || !reporter.latest.live),
        ready: reporter.reports.ready && (late || !reporter.latest.ready),
      };
      live &&= !bad.live;
      ready &&= !bad.ready;
      if (bad.live) this.#tell('live', reporter.name, cells.live);
      if (bad.ready) this.#tell('ready', reporter.name, cells.ready);
      rows.push([reporter.name, this.#timeoutCell(reporter), cells.live, cells.ready, reporter.latest.detail ?? '']);
    }
    const summary = { live, ready, table: healthTable(rows, profile.table.headings) };
    this.#noteChange(summary);
    return summary;
  }

  #timeout(reporter: Reporter): number {
    return this.#overrides[reporter.name] ?? reporter.timeoutMs;
  }

  #timedOut(reporter: Reporter): boolean {
    const timeout = this.#timeout(reporter);
    return timeout > 0 && this.#options.now() - reporter.stamp > timeout;
  }

  #timeoutCell(reporter: Reporter): string {
    const timeout = this.#timeout(reporter);
    const text = timeout === 0 ? this.#options.profile.table.noTimeout : formatDuration(timeout);
    return this.#overrides[reporter.name] === undefined ? text : `${text} (override)`;
  }

  #tell(kind: 'live' | 'ready', name: string, why: string): void {
    const { log, profile } = this.#options;
    if (profile.healthLog === 'status') log('warning', `Reporter is not ${kind}.`, { name });
    // Nobody is ready at the start: that is no warning.
    else log(kind === 'live' || this.#everReady ? 'warning' : 'info', `Reporter is not ${kind}: ${why}.`, { name });
  }

  #noteChange(summary: HealthSummary): void {
    const last = this.#last;
    this.#last = summary;
    this.#everReady ||= summary.ready;
    const { live, ready, table } = summary;
    if (last?.live === live && last.ready === ready && last.table === table) return;
    const { log, profile } = this.#options;
    if (profile.healthLog === 'status')
      log('info', 'Overall health status changed', { newStatus: `&{${live} ${ready} ${table}}` });
    else log('info', `Overall health status changed: live=${live} ready=${ready}\n${table}`);
  }
}

function cell(reporter: Reporter, kind: 'live' | 'ready', late: boolean): string {
  if (!reporter.reports[kind]) return '-';
  if (late) return 'timed out';
  return reporter.latest[kind] ? `reporting ${kind}` : `reporting non-${kind}`;
}

function same(a: HealthReport, b: HealthReport): boolean {
  return a.live === b.live && a.ready === b.ready && (a.detail ?? '') === (b.detail ?? '');
}

function goFields({ live, ready, detail }: HealthReport): string {
  return `${live} ${ready} ${detail ?? ''}`;
}

function words({ reports }: Reporter, report: HealthReport): string {
  const kinds = (['live', 'ready'] as const).filter((kind) => reports[kind]);
  return kinds.map((kind) => (report[kind] ? kind : `non-${kind}`)).join(',');
}
