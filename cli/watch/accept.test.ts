import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runScenario } from '../../sim/run-scenario.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { paint } from '../color.ts';
import { type Accepted, acceptOutcome } from './accept.ts';
import { WatchSession } from './watch-session.ts';

const HEAD = `kind: Scenario
apiVersion: probelab.dev/v1alpha1
metadata: {name: web}
spec:
  duration: 60s
  manifests:
    - apiVersion: v1
      kind: Pod
      metadata: {name: web, labels: {app.kubernetes.io/name: web}}
      spec:
        containers:
          - {name: app, image: registry.local/app:1, livenessProbe: {httpGet: {port: 8080, path: /livez}, periodSeconds: 5}, readinessProbe: {httpGet: {port: 8080}, periodSeconds: 5}}
    - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app.kubernetes.io/name: web}, ports: [{port: 80, targetPort: 8080}]}}
  apps: {app: {servers: [{port: 8080, protocol: http}]}}
  steps: [{at: 20s, app: {container: app, server: 8080, path: /livez, status: 503, instanceOnly: true}}]
  expect:
`;

async function accept(expectations: string): Promise<Accepted> {
  const load = (text: string) => loadScenario(text, { file: 'web.yaml', readFile: () => undefined });
  const text = HEAD + expectations;
  const scenario = load(text);
  const { facts, endMs } = await runScenario(scenario);
  return acceptOutcome({ scenario, text, record: { facts, endMs, runtime: 'virtual' }, load });
}

it('puts what was so in the place of what was expected; comments and layout stay', async () => {
  const { text, updated, left } = await accept(`    # Restarted, that is known.
    - by: 50s
      object:
        kind: Pod
        metadata: {name: web, labels: {app.kubernetes.io/name: shop}}
        status:
          phase: Failed # it was not
          containerStatuses: [{name: app, restartCount: 4, ready: false}]
    - at: 15s # in time
      endpoints: {service: web, ready: [], notReady: [web, other]}
    - at: 15s
      endpoints:
        service: web
        ready:
          - nobody

    - by: 50s
      event: {reason: Unhealthy, message: '/Liveness/', count: ">= 12"}
`);
  expect(left).toEqual([]);
  expect(updated).toHaveLength(4);
  expect(text).toBe(`${HEAD}    # Restarted, that is known.
    - by: 50s
      object:
        kind: Pod
        metadata: {name: web, labels: {app.kubernetes.io/name: web}}
        status:
          phase: Running # it was not
          containerStatuses: [{name: app, restartCount: 1, ready: true}]
    - at: 15s # in time
      endpoints: {service: web, ready: [web], notReady: []}
    - at: 15s
      endpoints:
        service: web
        ready:
          [web]

    - by: 50s
      event: {reason: Unhealthy, message: '/Liveness/', count: 3}
`);
});

it('leaves what holds, what no value can mend, and what would not hold for its whole time', async () => {
  const expectations = `    - at: 50s
      object: {kind: Pod, metadata: {name: web}, status: {containerStatuses: [{name: app, restartCount: 1}]}}
    - never: true
      event: {reason: Killing}
    - by: 50s
      object: {kind: Pod, metadata: {name: nobody}, status: {phase: Running}}
    - during: [10s, 50s]
      object: {kind: Pod, metadata: {name: web}, status: {containerStatuses: [{name: app, restartCount: 0}]}}
    - by: 30s
      event: {reason: FailedMount}
`;
  const { text, updated, left } = await accept(expectations);
  expect(updated).toEqual([]);
  expect(left).toHaveLength(4);
  expect(text).toBe(HEAD + expectations);
});

it('in a session: failed files are updated, changed ones are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'probelab-update-'));
  let told = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  try {
    const file = join(folder, 'web.yaml');
    const wrong = `${HEAD}    - {at: 50s, object: {kind: Pod, metadata: {name: web}, status: {phase: Failed}}}\n`;
    writeFileSync(file, wrong);
    const session = new WatchSession({ paths: [file], runtime: 'virtual', paint: paint(false) });
    await session.run();
    expect(session.code).toBe(1);
    writeFileSync(file, `${wrong}# saved meanwhile\n`);
    session.update();
    expect(told).toContain('has changed since it was played: not updated');
    writeFileSync(file, wrong);
    session.update();
    expect(readFileSync(file, 'utf8')).toBe(wrong.replace('Failed', 'Running'));
    expect(told).toMatch(/✓ .*web\.yaml:17 updated: at \+50s status\.phase of Pod web was "Running", not "Failed"/);
    await session.run();
    session.update();
    expect(session.code).toBe(0);
    expect(told).toContain('Nothing failed: nothing to update.');
  } finally {
    write.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
