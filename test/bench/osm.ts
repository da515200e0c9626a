import { dockerRuntimeFor } from '../../containers/docker/scenario-runtime.ts';
import { type RunOptions, runScenario } from '../../sim/run-scenario.ts';
import type { RuntimeName, Scenario } from '../../sim/scenario/scenario.ts';
import { findScenarios, readScenario } from '../../testing/vitest.ts';
import type { Figure } from './figure.ts';

/** Runs in docker at the same time: they mostly wait. */
const AT_ONCE = 10;

/** Wall seconds for all scenarios of Open Service Mesh in virtual time, one after the other. */
export async function osmFigures(): Promise<Figure[]> {
  return [{ ...(await playAll('virtual', 1, () => ({}))), unit: 's', budget: 5 }];
}

/** The same with real containers, several at once. */
export async function osmDockerFigures(): Promise<Figure[]> {
  const run = (scenario: Scenario): RunOptions => ({ runtime: dockerRuntimeFor(scenario) });
  return [{ ...(await playAll('docker', AT_ONCE, run)), unit: 's', budget: 600 }];
}

async function playAll(
  runtime: RuntimeName,
  atOnce: number,
  options: (scenario: Scenario) => RunOptions,
): Promise<Pick<Figure, 'name' | 'value'>> {
  const scenarios = findScenarios('scenarios/osm/**')
    .map((file) => readScenario(file))
    .filter((scenario) => scenario.runtimes.includes(runtime))
    // The longest begin first, or the last one is waited for alone.
    .sort((a, b) => b.durationMs - a.durationMs);
  const startedAt = performance.now();
  const failed: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let scenario = scenarios[next++]; scenario !== undefined; scenario = scenarios[next++]) {
      const { expectations, violations } = await runScenario(scenario, options(scenario));
      if (violations.length > 0 || expectations.some(({ ok }) => !ok)) failed.push(scenario.name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const value = (performance.now() - startedAt) / 1000;
  const verdict = failed.length === 0 ? 'all as expected' : `not as expected: ${failed.join(', ')}`;
  return { name: `${scenarios.length} OSM scenarios, ${runtime}, ${atOnce} at once (${verdict})`, value };
}
