import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { probelab } from './probelab.ts';

const folder = mkdtempSync(join(tmpdir(), 'probelab-vacuous-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VACUOUS = `apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: vacuous}
spec:
  duration: 10s
  manifests:
    - apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {containers: [{name: web, image: "registry.local/probeapp:1", livenessProbe: {tcpSocket: {port: 8080}}}]}
  expect:
    - {by: 8s, object: {kind: Pod, metadata: {name: web}, status: {phase: Running}}}
`;

it('validate --vacuous refuses a scenario that holds without its probes', async () => {
  const file = join(folder, 'vacuous.yaml');
  writeFileSync(file, VACUOUS);
  expect(await probelab(['validate', file])).toMatchObject({ code: 0 });
  const { code, stderr } = await probelab(['validate', '--vacuous', file]);
  expect(code).toBe(65);
  expect(stderr).toContain(`error[SCENARIO_VACUOUS]: vacuous`);
  expect(stderr).toContain('vacuous.yaml:12:7');
});

it('validate --vacuous passes a scenario that its probes decide', async () => {
  const args = ['validate', '--vacuous', 'scenarios/kubernetes/http-liveness.yaml'];
  expect(await probelab(args)).toMatchObject({ code: 0 });
});
