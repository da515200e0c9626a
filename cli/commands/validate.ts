import { formatDuration } from '../../sim/core/duration.ts';
import { LabError, LabErrors } from '../../sim/core/errors.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import type { GlobalOptions } from '../action.ts';
import { paint, wantsColor } from '../color.ts';
import { errorJson } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { loadAll, warnUnsupported } from '../load-all.ts';
import { parseTargets } from '../output/targets.ts';
import { out } from '../streams.ts';

interface ValidateOptions extends GlobalOptions {
  output: string[];
  strict?: boolean;
  vacuous?: boolean;
}

/** `probelab validate FILE…`: reads everything, runs nothing (but with --vacuous); all that is wrong is reported at once. */
export async function validateCommand(paths: string[], options: ValidateOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const json = target?.format === 'json';
  try {
    const loaded = loadAll(findFiles(paths), { strict: options.strict ?? false });
    warnUnsupported(loaded, paint(wantsColor(options.color, process.stderr)));
    const scenarios = loaded.map(({ scenario }) => scenario);
    if (options.vacuous === true) await refuseVacuous(scenarios);
    if (json) out(asJson(scenarios, []));
    else {
      const { ok } = paint(wantsColor(options.color, process.stdout));
      for (const scenario of scenarios) out(`${ok('✓')} ${scenario.file}: ${summary(scenario)}\n`);
    }
    return EXIT.ok;
  } catch (error) {
    if (json && error instanceof LabErrors) out(asJson([], errorJson(error)));
    throw error;
  }
}

/** Plays each scenario with its probes switched off: what then still holds altogether says nothing about probes. */
async function refuseVacuous(scenarios: readonly Scenario[]): Promise<void> {
  const [{ runScenario }, { withoutProbes }] = await Promise.all([
    import('../../sim/run-scenario.ts'),
    import('../../sim/scenario/without-probes.ts'),
  ]);
  const errors: LabError[] = [];
  for (const scenario of scenarios) {
    const { expectations } = await runScenario(withoutProbes(scenario));
    if (expectations.some(({ ok }) => !ok)) continue;
    errors.push(
      new LabError('SCENARIO_VACUOUS', `${scenario.name}: every expectation holds with the probes switched off, too`, {
        location: scenario.expect[0]?.location ?? { file: scenario.file, line: 1, column: 1 },
        hint: 'Expect something that only the probes bring about: an event, a restart, an endpoint.',
      }),
    );
  }
  if (errors.length > 0) throw new LabErrors(errors);
}

function summary({ manifests, steps, expect, durationMs }: Scenario): string {
  const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;
  const parts = [count(manifests.length, 'object'), count(steps.length, 'step'), count(expect.length, 'expectation')];
  return `${parts.join(', ')}, ${formatDuration(durationMs)}`;
}

function asJson(scenarios: readonly Scenario[], errors: readonly object[]): string {
  const valid = errors.length === 0;
  const items = scenarios.map(({ file, name }) => ({ file, name }));
  const validation = { apiVersion: 'probelab.dev/v1alpha1', kind: 'Validation', valid, scenarios: items, errors };
  return `${JSON.stringify(validation, null, 4)}\n`;
}
