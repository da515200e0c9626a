import { LabError } from '../../sim/core/errors.ts';
import { printTable } from '../../sim/report/kubectl/table.ts';
import { type SweepRun, sweepRun, sweepTable } from '../../sim/report/sweep.ts';
import type { GlobalOptions } from '../action.ts';
import { paint, wantsColor } from '../color.ts';
import { EXIT, worst } from '../exit-codes.ts';
import { findFiles, type SourceFile } from '../find-files.ts';
import { Interrupt } from '../interrupt.ts';
import { type LoadedScenario, loadAll, warnUnsupported } from '../load-all.ts';
import { parseTargets } from '../output/targets.ts';
import { play } from '../play.ts';
import { err, out } from '../streams.ts';
import { type Combination, combinations, parseSeeds, parseVariation } from '../sweep/variation.ts';
import { varyObjects, varyText } from '../sweep/vary.ts';

interface SweepOptions extends GlobalOptions {
  set: string[];
  seeds?: string;
  output: string[];
}

const MAX_RUNS = 10_000;

/**
 * `probelab sweep FILE… --set FIELD=VALUES --seeds 1..20`: plays files with every combination of values and every seed,
 * in virtual time, and prints a line for each file and combination. Exit 1 if a run failed.
 */
export async function sweepCommand(paths: readonly string[], options: SweepOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const variations = options.set.map(parseVariation);
  const seeds = parseSeeds(options.seeds);
  const files = findFiles(paths);
  if (variations.length === 0 && seeds === undefined && files.length < 2) {
    throw new LabError('USAGE', 'sweep needs something to vary', {
      hint: 'Give --set FIELD=VALUES, --seeds 1..20, or several files.',
    });
  }
  const all = combinations(variations);
  const count = files.length * all.length * (seeds?.length ?? 1);
  if (count > MAX_RUNS) {
    throw new LabError('USAGE', `that would be ${count} runs`, { hint: `At most ${MAX_RUNS} at once: vary less.` });
  }
  warnUnsupported(loadAll(files, { strict: false }), paint(wantsColor(options.color, process.stderr)));
  const interrupt = new Interrupt({ signals: false });
  const runs: SweepRun[] = [];
  try {
    for (const source of files) {
      for (const combination of all) {
        const varied = load(source, combination);
        const file: SweepRun['values'] = files.length > 1 ? { FILE: varied.scenario.name } : {};
        for (const seed of seeds ?? [varied.scenario.seed]) {
          const run = await playOne(varied, combination, seed, interrupt);
          runs.push({ ...run, values: { ...file, ...run.values } });
        }
      }
    }
  } finally {
    interrupt.dispose();
  }
  if (target?.format === 'json') {
    out(
      `${JSON.stringify({ apiVersion: 'probelab.dev/v1alpha1', kind: 'Sweep', files: files.map(({ file }) => file), runs }, null, 4)}\n`,
    );
  } else {
    out(printTable(sweepTable(runs)));
    err(`${count} ${count === 1 ? 'run' : 'runs'} of ${paths.join(' ')}\n`);
  }
  return worst(runs.map(codeOf));
}

function load({ file, text, ...rest }: SourceFile, combination: Combination): LoadedScenario {
  const [loaded] = loadAll([{ file, text: varyText(text, combination), ...rest }], { strict: false });
  if (loaded === undefined) throw new LabError('USAGE', `${file} is empty`);
  const { scenario, unsupported } = loaded;
  return { scenario: { ...scenario, manifests: varyObjects(scenario.manifests, combination) }, unsupported };
}

async function playOne(
  loaded: LoadedScenario,
  combination: Combination,
  seed: number,
  interrupt: Interrupt,
): Promise<SweepRun> {
  const values = Object.fromEntries(combination.map(({ variation, value }) => [variation.name, value]));
  try {
    const record = await play(loaded, { runtime: 'virtual', keep: false, interrupt, onFact: () => {}, seed });
    return sweepRun(record, values);
  } catch (error) {
    // A value that the API refuses ends this run, not the others.
    if (!(error instanceof LabError) || error.fault === 'system') throw error;
    return { values, seed, result: 'error', text: `${error.code}: ${error.message}`, restarts: 0 };
  }
}

function codeOf({ result }: SweepRun): number {
  if (result === 'broken') return EXIT.broken;
  return result === 'pass' || result === 'done' ? EXIT.ok : EXIT.failed;
}
