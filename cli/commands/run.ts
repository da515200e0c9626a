import { parseDuration } from '../../sim/core/duration.ts';
import { LabError } from '../../sim/core/errors.ts';
import { type ObjectWrite, objectWrites } from '../../sim/report/object-writes.ts';
import { buildReport, type Report } from '../../sim/report/report.ts';
import type { GlobalOptions } from '../action.ts';
import { isDefect, writeBundle } from '../bundle.ts';
import { paint, wantsColor } from '../color.ts';
import { errorJson } from '../errors.ts';
import { EXIT, worst } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { keepHeapSmall } from '../heap.ts';
import { Interrupt } from '../interrupt.ts';
import { type LiveLog, type LogFormat, openLiveLog } from '../live-log.ts';
import { LiveRunWriter } from '../live-run.ts';
import { type LoadedScenario, loadAll, warnUnsupported } from '../load-all.ts';
import { parseTargets, type Target } from '../output/targets.ts';
import { writeReports } from '../output/write-reports.ts';
import { play } from '../play.ts';
import { outputFolder, runsFolder, saveRun } from '../run-store.ts';
import { selectScenarios } from '../select-scenarios.ts';
import { err, out } from '../streams.ts';
import { version } from '../version.ts';

export interface RunOptions extends GlobalOptions {
  filename: string[];
  runtime: 'virtual' | 'docker';
  seed?: string;
  output: string[];
  timeout?: string;
  keep?: boolean;
  strict?: boolean;
  quiet?: boolean;
  teach?: boolean;
  verbose: number;
  logFormat: LogFormat;
  timestamps: 'relative' | 'rfc3339';
  save: boolean;
  grep?: string;
  tag: string[];
}

/** `probelab run FILE|DIR…`: plays each file, prints the reports; the exit code is the verdict. */
export async function runCommand(files: string[], options: RunOptions): Promise<number> {
  const targets = parseTargets(options.output);
  const paths = [...files, ...options.filename];
  if (paths.length === 0) {
    throw new LabError('USAGE', 'run needs a file or a folder', {
      hint: 'Try probelab run scenarios/osm/liveness-restart.yaml.',
    });
  }
  const timeoutMs = durationFlag(options.timeout, '--timeout');
  const seed = seedFlag(options.seed);
  const written = { reports: false };
  keepHeapSmall();
  try {
    const loaded = selectScenarios(loadAll(findFiles(paths), { strict: options.strict ?? false }), options);
    const playables = playableOn(options.runtime, loaded);
    if (options.quiet !== true) warnUnsupported(playables, paint(wantsColor(options.color, process.stderr)));
    const interrupt = new Interrupt({
      signals: options.runtime === 'docker',
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    try {
      return await playAll(playables, options, { interrupt, seed, targets, written });
    } finally {
      interrupt.dispose();
    }
  } catch (error) {
    if (!written.reports) reportError(error, targets);
    throw error;
  }
}

/**
 * Leaves out what is not meant for a runtime, and says so.
 * @throws LabError USAGE if nothing is left.
 */
function playableOn(runtime: RunOptions['runtime'], loaded: readonly LoadedScenario[]): LoadedScenario[] {
  const fitting = loaded.filter(({ scenario }) => scenario.runtimes.includes(runtime));
  const left = loaded.filter((one) => !fitting.includes(one)).map(({ scenario }) => scenario.file);
  if (fitting.length === 0) {
    throw new LabError('USAGE', `${left.join(', ')} cannot be run with --runtime ${runtime}`, {
      hint: 'The scenario says so in spec.runtimes.',
    });
  }
  if (left.length > 0) err(`Left out, not meant for --runtime ${runtime}: ${left.join(', ')}\n`);
  return fitting;
}

interface PlayContext {
  interrupt: Interrupt;
  seed: number | undefined;
  targets: readonly Target[];
  /** Set once reports went to stdout. */
  written: { reports: boolean };
}

async function playAll(
  playables: readonly LoadedScenario[],
  options: RunOptions,
  { interrupt, seed, targets, written }: PlayContext,
): Promise<number> {
  const log = await liveLog(options, playables.length);
  const reports: Report[] = [];
  const codes: number[] = [];
  let failure: unknown;
  for (const playable of playables) {
    const live = liveRun(playable, options);
    try {
      const record = await play(playable, {
        runtime: options.runtime,
        keep: options.keep ?? false,
        interrupt,
        onFact: (fact, clock) => {
          log.onFact(fact, clock);
          live?.onFact(fact, clock);
        },
        ...(seed === undefined ? {} : { seed }),
      });
      const report = buildReport(record, version());
      reports.push(report);
      codes.push(codeOf(report));
      if (options.save) keep(report, objectWrites(record.facts), options);
      bundle(playable, options, { report });
    } catch (error) {
      bundle(playable, options, { error });
      failure = error;
      break;
    } finally {
      live?.end();
    }
  }
  log.end();
  written.reports = reports.length > 0;
  if (reports.length > 0) await writeReports(reports, targets, { color: options.color, quiet: options.quiet ?? false });
  await annotate(reports, targets);
  // What stopped the command decides, whatever the runs before it said.
  if (failure !== undefined) throw failure;
  return worst(codes);
}

/** A run in real time can be looked at while it goes on; a virtual one is over at once. */
function liveRun({ scenario }: LoadedScenario, options: RunOptions): LiveRunWriter | undefined {
  if (options.runtime !== 'docker' || !options.save) return undefined;
  return new LiveRunWriter(outputFolder(options.outputDir), scenario.name);
}

async function liveLog(options: RunOptions, runs: number): Promise<LiveLog> {
  const color = wantsColor(options.color, process.stderr);
  return openLiveLog({
    format: options.logFormat,
    verbosity: options.verbose,
    // The stories of many runs at once are no story: -v and --teach tell them anyway.
    quiet: options.quiet === true || (runs > 1 && options.verbose === 0 && options.teach !== true),
    teach: options.teach ?? false,
    color,
    paint: paint(color),
    absolute: options.timestamps === 'rfc3339',
  });
}

/** What is our own fault is written down for a report of it. */
function bundle(
  { scenario }: LoadedScenario,
  options: RunOptions,
  what: { report: Report } | { error: unknown },
): void {
  if (!isDefect(what)) return;
  const seed = seedFlag(options.seed);
  const { runtime, outputDir } = options;
  err(writeBundle(outputFolder(outputDir), { scenario, runtime, ...(seed === undefined ? {} : { seed }), ...what }));
}

function codeOf(report: Report): number {
  if (report.verdict.result === 'broken') return EXIT.broken;
  return report.verdict.result === 'fail' ? EXIT.failed : EXIT.ok;
}

/** Keeping a run for later is a service: where it cannot be done, the run's result counts nonetheless. */
function keep(report: Report, writes: readonly ObjectWrite[], options: RunOptions): void {
  try {
    saveRun(runsFolder(options.outputDir), report, new Date(), writes);
  } catch (error) {
    err(`warning: the run was not kept: ${(error as Error).message}\n`);
  }
}

/** On GitHub's machines: annotations beside the lines, and a job summary. */
async function annotate(reports: readonly Report[], targets: readonly Target[]): Promise<void> {
  if (process.env.GITHUB_ACTIONS !== 'true' || reports.length === 0) return;
  const { githubAnnotations, markdown } = await import('../output/markdown.ts');
  if (targets.some(({ format, file }) => file === undefined && format === 'table')) out(githubAnnotations(reports));
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === '') return;
  const { appendFileSync } = await import('node:fs');
  appendFileSync(summary, markdown(reports));
}

/** Whoever parses stdout gets something to parse, also when nothing ran. */
function reportError(error: unknown, targets: readonly Target[]): void {
  if (!targets.some(({ format, file }) => file === undefined && format === 'json')) return;
  const errors = errorJson(error);
  const [first] = errors as { message: string }[];
  const text = `ERROR ${first?.message ?? ''}`;
  const report = { apiVersion: 'probelab.dev/v1alpha1', kind: 'Report', verdict: { result: 'error', text }, errors };
  out(`${JSON.stringify(report, null, 4)}\n`);
}

function durationFlag(value: string | undefined, flag: string): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms === undefined || ms <= 0) {
    throw new LabError('USAGE', `${flag} needs a duration, not "${value}"`, { hint: 'Such as 30s or 5m.' });
  }
  return ms;
}

function seedFlag(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new LabError('USAGE', `--seed needs a whole number, not "${value}"`);
  return Number(value);
}
