import { dockerRuntimeFor } from '../../containers/docker/scenario-runtime.ts';
import { Random } from '../../sim/core/random.ts';
import { answerAdmissionReview } from '../../sim/mesh/osm/admission-review.ts';
import { createOsmInjector } from '../../sim/mesh/osm/injector.ts';
import { type RunOptions, runScenario } from '../../sim/run-scenario.ts';
import type { RuntimeName, Scenario } from '../../sim/scenario/scenario.ts';
import { expectationText } from '../../testing/expectation-text.ts';
import { findScenarios, readScenario } from '../../testing/vitest.ts';
import { type Figure, medianOf } from './figure.ts';

/** Runs in docker at the same time: they mostly wait. */
const AT_ONCE = 12;
const START_APART_MS = 3000;

/** Wall seconds for all scenarios of Open Service Mesh in virtual time, one after the other; and one admission. */
export async function osmFigures(): Promise<Figure[]> {
  return [
    { ...(await playAll('virtual', 1, () => ({}))), unit: 's', budget: 5 },
    { name: 'a pod injected: admission review in, patch out', ...medianOf(admissionTimes(500)), unit: 'ms', budget: 2 },
  ];
}

/** Ms for each of `count` admissions of a pod with three probes. */
function admissionTimes(count: number): number[] {
  const injector = createOsmInjector({ random: new Random(1) });
  const httpGet = (path: string) => ({ httpGet: { path, port: 14001 } });
  const probes = {
    livenessProbe: httpGet('/liveness'),
    readinessProbe: httpGet('/readiness'),
    startupProbe: { tcpSocket: { port: 14001 } },
  };
  const object = { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'a', ...probes }] } };
  const request = { uid: '1', namespace: 'shop', operation: 'CREATE', object };
  const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  const annotations = { 'openservicemesh.io/sidecar-injection': 'enabled' };
  return Array.from({ length: count }, () => {
    const startedAt = performance.now();
    answerAdmissionReview(injector, { contentType: 'application/json', body }, (name) => ({
      name,
      monitored: true,
      annotations,
    }));
    return performance.now() - startedAt;
  });
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
  const lane = async (_: unknown, i: number): Promise<void> => {
    // Not all in one moment: containers that start together start late.
    await new Promise((resolve) => setTimeout(resolve, atOnce > 1 ? i * START_APART_MS : 0));
    for (let scenario = scenarios[next++]; scenario !== undefined; scenario = scenarios[next++]) {
      const { expectations, violations } = await runScenario(scenario, options(scenario));
      const broken = expectations.filter(({ ok }) => !ok);
      for (const expectation of broken) console.error(expectationText(expectation));
      if (violations.length > 0 || broken.length > 0) failed.push(scenario.name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }).map(lane));
  const value = (performance.now() - startedAt) / 1000;
  const verdict = failed.length === 0 ? 'all as expected' : `not as expected: ${failed.join(', ')}`;
  return { name: `${scenarios.length} OSM scenarios, ${runtime}, ${atOnce} at once (${verdict})`, value };
}
