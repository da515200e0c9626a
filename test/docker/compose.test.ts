import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../conformance/suites/osm-admission.ts';
import { describeDocker, ensureImages } from './engine.ts';
import { type Answer, get, until } from './pod-driver.ts';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;
const command =
  spawnSync('docker-compose', ['version']).error === undefined ? ['docker-compose'] : ['docker', 'compose'];
const installed = spawnSync(command[0] ?? '', [...command.slice(1), 'version']).status === 0;

function compose(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const [file = '', ...rest] = command;
  return run(file, [...rest, '--project-name', 'probelab-test', ...args], { cwd: root });
}

describeDocker('docker-compose.yml', () => {
  beforeAll(async () => {
    await ensureImages();
    // What a run that was killed left has these ports.
    if (installed) await compose('down', '--volumes', '--timeout', '0');
  });
  afterAll(async () => {
    if (installed) await compose('down', '--volumes', '--timeout', '0');
  });

  it('demo: the probe of the OSM documentation is answered through Envoy', async (context) => {
    if (!installed) context.skip('docker-compose is not installed');
    await compose('up', '--detach', 'demo');
    const answer = await until(
      () => get('127.0.0.1', 15901, '/osm-liveness-probe'),
      (got) => typeof got !== 'string' && got.status === 200,
    );
    expect((answer as Answer).headers).toMatchObject({ server: 'envoy' });
    expect((answer as Answer).headers).toHaveProperty('x-envoy-upstream-service-time');
  });

  it("osm-control-plane: each endpoint of OSM's documentation answers as there", async (context) => {
    if (!installed) context.skip('docker-compose is not installed');
    await compose('up', '--detach', 'osm-control-plane');
    const alive = await until(
      () => get('127.0.0.1', 9091, '/health/alive'),
      (got) => typeof got !== 'string' && got.status === 200,
    );
    const text = 'text/plain; charset=utf-8';
    expect(alive).toMatchObject({
      body: 'Service is alive',
      headers: { 'content-length': '16', 'content-type': text, date: expect.stringMatching(/ GMT$/) },
    });
    expect(await get('127.0.0.1', 9091, '/health/ready')).toMatchObject({ status: 200, body: 'Service is ready' });
    // The others began before it, which is not to say that they listen before it.
    const healthy = { status: 200, body: 'Health OK' };
    const soon = { timeout: 30_000 };
    await expect.poll(() => get('127.0.0.1', 9095, '/healthz'), soon).toMatchObject(healthy);
    await expect.poll(() => ask('127.0.0.1', { method: 'GET', path: '/healthz' }), soon).toMatchObject(healthy);
    const review = '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}';
    const request = { method: 'POST', path: '/mutate-pod-creation', contentType: 'application/json', body: review };
    expect(await ask('127.0.0.1', request)).toMatchObject({
      status: 200,
      body: expect.stringContaining('nil admission request'),
    });
  });

  it('probelab: the lab in a container reaches the engine', async (context) => {
    if (!installed) context.skip('docker-compose is not installed');
    const { stdout } = await compose('run', '--rm', '-T', 'probelab', 'clean');
    expect(stdout).toMatch(/Nothing was left|Removed/);
  });
});
