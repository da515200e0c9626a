import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import type { RunOptions, RunResult } from '../sim/run-scenario.ts';
import { runScenario } from '../sim/run-scenario.ts';
import type { ExpectationResult } from '../sim/scenario/expectations.ts';
import { loadScenario, saysScenario } from '../sim/scenario/load.ts';
import type { RuntimeName, Scenario } from '../sim/scenario/scenario.ts';
import { expectationText } from './expectation-text.ts';

export { expectationText } from './expectation-text.ts';

export interface DescribeScenariosOptions {
  /** Where patterns begin; default the current folder. */
  cwd?: string;
  /** Only scenarios with all of these labels. */
  labels?: Readonly<Record<string, string>>;
  /** Where they are run, and so which are: a scenario may say that it is for one runtime only. Default `virtual`. */
  runtime?: RuntimeName;
  /** How a run is made: the docker runtime comes in here, or another seed. */
  run?: RunOptions | ((scenario: Scenario) => RunOptions | Promise<RunOptions>);
  /** Ms a test may take. Default vitest's own. */
  timeout?: number;
  /** Scenarios run at the same time, as many as vitest's maxConcurrency allows: for runs that mostly wait. */
  concurrent?: boolean;
}

/**
 * Makes a vitest test of each scenario file that the patterns match (`scenarios/**`): it is loaded, run in virtual time
 * unless `run` says otherwise, and passes if every expectation holds and no rule of the simulator was broken. Other
 * YAML files, such as manifests, are passed over; no scenario at all is a failing test.
 */
export function describeScenarios(patterns: string | readonly string[], options: DescribeScenariosOptions = {}): void {
  const cwd = options.cwd ?? process.cwd();
  const files = findScenarios(patterns, cwd);
  describe('scenarios', { concurrent: options.concurrent === true }, () => {
    if (files.length === 0) {
      test(`some file of ${[patterns].flat().join(', ')} is a scenario`, () => {
        expect.fail('no file of kind: Scenario was found');
      });
    }
    for (const file of files) {
      const title = relative(cwd, file).replaceAll('\\', '/');
      test(title, { ...(options.timeout !== undefined && { timeout: options.timeout }) }, async (context) => {
        const scenario = readScenario(file, title);
        const why = reasonToSkip(scenario, options);
        if (why !== undefined) return context.skip(why);
        const run = typeof options.run === 'function' ? await options.run(scenario) : options.run;
        expectScenario(await runScenario(scenario, run));
      });
    }
  });
}

/**
 * The scenario files that patterns match, in order; a pattern that ends in `/**` means every YAML file below.
 * Files that are no scenarios are left out.
 */
export function findScenarios(patterns: string | readonly string[], cwd: string = process.cwd()): string[] {
  const globs = [patterns]
    .flat()
    .map((pattern) => (pattern.endsWith('/**') ? `${pattern}/*.{yaml,yml,json}` : pattern));
  return globSync(globs, { cwd, absolute: true, ignore: ['**/node_modules/**'] })
    .filter((file) => saysScenario(readFileSync(file, 'utf8')))
    .sort();
}

/** Reads a scenario file and the manifests that it names. Throws LabErrors. */
export function readScenario(file: string, name: string = file): Scenario {
  const folder = dirname(file);
  return loadScenario(readFileSync(file, 'utf8'), {
    file: name,
    readFile(manifest) {
      try {
        return readFileSync(isAbsolute(manifest) ? manifest : join(folder, manifest), 'utf8');
      } catch {
        return undefined;
      }
    },
  });
}

/** Fails the test with all that did not hold: the place, what was so instead and the events before it. */
export function expectScenario(result: Pick<RunResult, 'scenario' | 'expectations' | 'violations'>): void {
  const failed = result.expectations.filter((expectation) => !expectation.ok);
  const lines = [
    ...result.violations.map(({ at, rule, text }) => `the simulator broke its own rule "${rule}" at ${at} ms: ${text}`),
    ...failed.map((expectation: ExpectationResult) => expectationText(expectation)),
  ];
  if (lines.length > 0)
    expect.fail(`${result.scenario.name}: ${lines.length} not as expected\n\n${lines.join('\n\n')}`);
}

function reasonToSkip(scenario: Scenario, options: DescribeScenariosOptions): string | undefined {
  const runtime = options.runtime ?? 'virtual';
  if (!scenario.runtimes.includes(runtime)) return `it is not for the ${runtime} runtime`;
  const wanted = Object.entries(options.labels ?? {});
  const missing = wanted.find(([name, value]) => scenario.labels[name] !== value);
  return missing === undefined ? undefined : `it has no label ${missing.join('=')}`;
}
