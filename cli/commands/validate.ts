import { formatDuration } from '../../sim/core/duration.ts';
import { LabErrors } from '../../sim/core/errors.ts';
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
}

/** `probelab validate FILE…`: reads everything, runs nothing; all that is wrong is reported at once. */
export async function validateCommand(paths: string[], options: ValidateOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const json = target?.format === 'json';
  try {
    const loaded = loadAll(findFiles(paths), { strict: options.strict ?? false });
    warnUnsupported(loaded, paint(wantsColor(options.color, process.stderr)));
    const scenarios = loaded.map(({ scenario }) => scenario);
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
