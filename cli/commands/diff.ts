import { LabError } from '../../sim/core/errors.ts';
import { KUBELET_PROFILES } from '../../sim/kubelet/profiles.ts';
import { diffRuns, diffText, type SubjectDiff } from '../../sim/report/diff.ts';
import { buildReport } from '../../sim/report/report.ts';
import type { RunRecord } from '../../sim/report/run-record.ts';
import type { GlobalOptions } from '../action.ts';
import { writeBundle } from '../bundle.ts';
import { paint, wantsColor } from '../color.ts';
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
  kubelet: string;
  seed?: string;
  output: string[];
  grep?: string;
  tag: string[];
}

/**
 * `probelab diff --kubelet A..B FILE…`: plays each file with both kubelets in virtual time and prints what differs.
 * As `diff` does: 0 for no difference, 1 for some.
 */
export async function diffCommand(files: string[], options: DiffOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const versions = versionsOf(options.kubelet);
  const seed = seedOf(options.seed);
  const loaded = selectScenarios(loadAll(findFiles(files), { strict: false }), options);
  warnUnsupported(loaded, paint(wantsColor(options.color, process.stderr)));
  const interrupt = new Interrupt({ signals: false });
  const all: { file: string; differences: readonly SubjectDiff[] }[] = [];
  try {
    for (const one of loaded) {
      const { file } = one.scenario;
      const [before, after] = [await playWith(one, versions[0]), await playWith(one, versions[1])];
      for (const record of [before, after]) {
        if (record.violations.length === 0) continue;
        const report = buildReport(record, version());
        err(`${report.verdict.text}\n`);
        const { scenario } = one;
        err(writeBundle(outputFolder(options.outputDir), { scenario, runtime: 'virtual', report, seed: record.seed }));
        return EXIT.broken;
      }
      all.push({ file, differences: diffRuns(before, after) });
    }
  } finally {
    interrupt.dispose();
  }
  if (target?.format === 'json') out(`${JSON.stringify({ kubelet: versions, files: all }, null, 4)}\n`);
  else for (const { file, differences } of all) out(textOf(file, differences, versions));
  return all.some(({ differences }) => differences.length > 0) ? EXIT.failed : EXIT.ok;

  function playWith({ scenario, unsupported }: LoadedScenario, version: string): Promise<RunRecord> {
    const other = { ...scenario, kubelet: { ...scenario.kubelet, version } };
    return play(
      { scenario: other, unsupported },
      { runtime: 'virtual', keep: false, interrupt, onFact: () => {}, ...(seed === undefined ? {} : { seed }) },
    );
  }
}

function textOf(file: string, differences: readonly SubjectDiff[], [before, after]: readonly [string, string]): string {
  if (differences.length === 0) return `${file}: no difference between kubelet ${before} and ${after}\n`;
  return diffText(differences, [`${file}\tkubelet ${before}`, `${file}\tkubelet ${after}`]);
}

/** `1.34..1.36`. */
function versionsOf(range: string): readonly [string, string] {
  const known = Object.keys(KUBELET_PROFILES);
  const [before = '', after = '', ...more] = range.split('..');
  if (more.length > 0 || !known.includes(before) || !known.includes(after)) {
    throw new LabError('USAGE', `--kubelet needs two versions that are modelled, not "${range}"`, {
      hint: `Such as ${known[0]}..${known.at(-1)}; there are ${known.join(', ')}.`,
    });
  }
  return [before, after];
}

function seedOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new LabError('USAGE', `--seed needs a whole number, not "${value}"`);
  return Number(value);
}
