import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runScenario } from '../sim/run-scenario.ts';
import { describeScenarios, expectScenario, findScenarios, readScenario } from './vitest.ts';

const POD = '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: app, image: nginx}]}}\n';

function scenario(name: string, restartCount: number, more = ''): string {
  return `apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: ${name}, labels: {topic: ${name}}}
spec:
  duration: 20s
  manifests: [manifests/pod.yaml]
  expect:
    - at: 20s
      object: {kind: Pod, status: {containerStatuses: [{name: app, restartCount: ${restartCount}}]}}
${more}`;
}

const folder = mkdtempSync(join(tmpdir(), 'probelab-'));
mkdirSync(join(folder, 'deep/manifests'), { recursive: true });
writeFileSync(join(folder, 'deep/manifests/pod.yaml'), POD);
writeFileSync(join(folder, 'deep/holds.yaml'), scenario('holds', 0));
writeFileSync(join(folder, 'deep/fails.yaml'), scenario('fails', 1));
writeFileSync(join(folder, 'deep/elsewhere.yaml'), scenario('elsewhere', 1, '  runtimes: [docker]\n'));
writeFileSync(join(folder, 'deep/notes.yaml'), 'some: thing\n');
afterAll(() => rmSync(folder, { recursive: true }));

test('finds scenarios in folders below, and no other files', () => {
  const names = findScenarios('**', folder).map((file) => relative(folder, file).replaceAll('\\', '/'));
  expect(names).toEqual(['deep/elsewhere.yaml', 'deep/fails.yaml', 'deep/holds.yaml']);
});

describe('a scenario that is run', () => {
  test('passes if its expectations hold', async () => {
    const result = await runScenario(readScenario(join(folder, 'deep/holds.yaml')));
    expect(() => expectScenario(result)).not.toThrow();
  });

  test('fails with what was so instead', async () => {
    const result = await runScenario(readScenario(join(folder, 'deep/fails.yaml'), 'fails.yaml'));
    expect(() => expectScenario(result)).toThrow(
      /fails: 1 not as expected\n\n✗ fails\.yaml:8:7\n {2}expected at 20s: .*\n {2}but at \+20s .*restartCount of Pod web was 0, not 1/,
    );
  });

  test('fails if the simulator broke a rule of its own', async () => {
    const result = await runScenario(readScenario(join(folder, 'deep/holds.yaml')));
    const violations = [{ at: 5, rule: 'restartCount never falls', text: 'web: 1 → 0' }];
    expect(() => expectScenario({ ...result, violations })).toThrow(
      /broke its own rule "restartCount never falls" at 5 ms/,
    );
  });
});

let seeds: number[] = [];
beforeAll(() => {
  seeds = [];
});

describeScenarios('**/holds.yaml', {
  cwd: folder,
  run: (read) => {
    seeds.push(read.seed);
    return { seed: 7 };
  },
});

// What the options leave out is skipped, not passed: nothing of it is run.
const neverRun = () => {
  throw new Error('this scenario should have been skipped');
};
describeScenarios('**/elsewhere.yaml', { cwd: folder, run: neverRun });
describeScenarios('**/fails.yaml', { cwd: folder, labels: { topic: 'other' }, run: neverRun });

test('the test of a scenario asks how to run it', () => {
  expect(seeds).toEqual([1]);
});
