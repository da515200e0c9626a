import { formatDuration, parseDuration } from '../../sim/core/duration.ts';
import { LabError } from '../../sim/core/errors.ts';
import { comparableText } from '../../sim/report/comparable-text.ts';
import {
  type DiffOptions as CompareOptions,
  compareRuns,
  diffText,
  type Skew,
  type SubjectDiff,
} from '../../sim/report/diff.ts';
import { buildReport } from '../../sim/report/report.ts';
import type { RunRecord } from '../../sim/report/run-record.ts';
import { type Scenario, toleranceAt } from '../../sim/scenario/scenario.ts';
import type { GlobalOptions } from '../action.ts';
import { writeBundle } from '../bundle.ts';
import { paint, wantsColor } from '../color.ts';
import { playableOnBoth, type Side, sidesOf } from '../diff/sides.ts';
import { EXIT } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { Interrupt } from '../interrupt.ts';
import { type LoadedScenario, loadAll, warnUnsupported } from '../load-all.ts';
import { parseTargets } from '../output/targets.ts';
import { play } from '../play.ts';
import { outputFolder } from '../run-store.ts';
import { selectScenarios } from '../select-scenarios.ts';
import { err, out } from '../streams.ts';
import { version } from '../version.ts';

interface DiffOptions extends GlobalOptions {
  kubelet?: string;
  runtimes?: string;
  tolerance?: string;
  seed?: string;
  output: string[];
  grep?: string;
  tag: string[];
}

interface FileDiff {
  file: string;
  differences: readonly SubjectDiff[];
  skew?: Skew;
}

/**
 * `probelab diff --kubelet A..B FILE…` plays each file with both kubelets in virtual time and prints what differs;
 * `--runtimes virtual..docker` plays it in both runtimes. As `diff` does: 0 for no difference, 1 for some.
 */
export async function diffCommand(files: string[], options: DiffOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const sides = sidesOf(options);
  const seed = seedOf(options.seed);
  const tolerance = toleranceOf(options);
  const loaded = playableOnBoth(selectScenarios(loadAll(findFiles(files), { strict: false }), options), sides);
  warnUnsupported(loaded, paint(wantsColor(options.color, process.stderr)));
  const real = sides.some(({ runtime }) => runtime === 'docker');
  const interrupt = new Interrupt({ signals: real });
  const all: FileDiff[] = [];
  try {
    for (const one of loaded) {
      const { file } = one.scenario;
      const records: RunRecord[] = [];
      for (const side of sides) {
        if (real) err(`${file}: ${side.name} (${formatDuration(one.scenario.durationMs)})\n`);
        const record = await playOn(one, side, seed, interrupt);
        if (record.violations.length > 0) return broken(one, side, record, options);
        records.push(record);
      }
      const [before, after] = records as [RunRecord, RunRecord];
      const { differences, skew } = compareRuns(before, after, real ? betweenRuntimes(one.scenario, tolerance) : {});
      all.push({ file, differences, ...(real ? { skew } : {}) });
    }
  } finally {
    interrupt.dispose();
  }
  if (target?.format === 'json') out(`${JSON.stringify({ ...whichJson(sides), files: all }, null, 4)}\n`);
  else for (const one of all) out(textOf(one, sides));
  return all.some(({ differences }) => differences.length > 0) ? EXIT.failed : EXIT.ok;
}

function playOn(
  { scenario, unsupported }: LoadedScenario,
  { runtime, kubelet }: Side,
  seed: number | undefined,
  interrupt: Interrupt,
): Promise<RunRecord> {
  const played = kubelet === undefined ? scenario : { ...scenario, kubelet: { ...scenario.kubelet, version: kubelet } };
  return play(
    { scenario: played, unsupported },
    { runtime, keep: false, interrupt, onFact: () => {}, ...(seed === undefined ? {} : { seed }) },
  );
}

function broken({ scenario }: LoadedScenario, { runtime }: Side, record: RunRecord, options: DiffOptions): number {
  const report = buildReport(record, version());
  err(`${report.verdict.text}\n`);
  err(writeBundle(outputFolder(options.outputDir), { scenario, runtime, report, seed: record.seed }));
  return EXIT.broken;
}

/** What must differ in real containers is no difference: addresses, ids, how long a pull took, our own workers. */
function betweenRuntimes(scenario: Scenario, tolerance: number | undefined): CompareOptions {
  return { tolerance: tolerance ?? toleranceAt(scenario), without: ['workers'], comparable: comparableText };
}

function textOf({ file, differences, skew }: FileDiff, [before, after]: readonly [Side, Side]): string {
  const names = [before.name, after.name.replace(/^kubelet /, '')];
  const same =
    differences.length > 0
      ? diffText(differences, [`${file}\t${before.name}`, `${file}\t${after.name}`])
      : `${file}: no difference between ${names.join(' and ')}\n`;
  return `${same}${skew === undefined ? '' : skewText(skew)}`;
}

function skewText({ moments, median, most }: Skew): string {
  if (most === undefined) return '';
  const largest = `${formatDuration(Math.abs(most.ms))} ${most.ms < 0 ? 'earlier' : 'later'}`;
  return `${moments} moments in common, half of them within ${formatDuration(median)}; the farthest ${largest}: +${formatDuration(most.at)} ${most.subject} ${most.text}\n`;
}

function whichJson([before, after]: readonly [Side, Side]): object {
  return before.kubelet === undefined
    ? { runtimes: [before.runtime, after.runtime] }
    : { kubelet: [before.kubelet, after.kubelet] };
}

function toleranceOf({ tolerance, runtimes }: DiffOptions): number | undefined {
  if (tolerance === undefined) return undefined;
  const ms = parseDuration(tolerance);
  if (ms === undefined || ms < 0) {
    throw new LabError('USAGE', `--tolerance needs a duration, not "${tolerance}"`, { hint: 'Such as 250ms or 2s.' });
  }
  if (runtimes === undefined) throw new LabError('USAGE', '--tolerance is for --runtimes virtual..docker');
  return ms;
}

function seedOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new LabError('USAGE', `--seed needs a whole number, not "${value}"`);
  return Number(value);
}
