import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from '../../containers/docker/engine.ts';
import { readCases } from '../conformance/golden.ts';
import type { SdkRecording, SdkSeen } from '../conformance/nacos/sdk-recording.ts';
import { compareSdk, seenInRecording } from '../conformance/suites/nacos-sdk.ts';
import { describeDocker, ensureImages } from './engine.ts';
import { get, until } from './pod-driver.ts';

const GOLDEN = new URL('../golden/nacos/sdk.jsonl', import.meta.url).pathname;
const DRIVER = new URL('nacos-sdk-driver.js', import.meta.url).pathname;
const NODE = '/opt/probelab/bin/node';
/** Real time on a machine that does other things, too. */
const TOLERANCE = 1500;

// The real npm package against our server: it must not see a difference to the real one.
describeDocker('the npm package nacos 2.6.3 and our server', () => {
  let docker: Dockerode;
  let server: Dockerode.Container | undefined;

  beforeAll(async () => {
    await ensureImages(['app']);
    docker = (await connectEngine()).docker;
    server = await docker.createContainer({
      Image: 'nacos/nacos-server:v2.2.4',
      Env: ['PROBELAB_IMAGE=nacos/nacos-server:v2.2.4'],
      OpenStdin: true,
      Labels: { 'dev.probelab.test': 'nacos-sdk' },
    });
    await server.start();
  }, 120_000);

  afterAll(async () => {
    await server?.remove({ force: true });
  });

  it('its requests, results and listeners are as recorded', async () => {
    const recording = readCases<SdkRecording>(GOLDEN).find(({ id }) => id === 'S1') as SdkRecording;
    const seen = await drive(recording);
    expect(seen.length).toBeGreaterThan(20);
    const difference = compareSdk(seenInRecording(recording), seen, TOLERANCE);
    expect(difference, JSON.stringify(seen, null, 1)).toBeUndefined();
  }, 120_000);

  it('the server ends on SIGTERM', async () => {
    await server?.stop({ t: 20 });
    expect((await server?.inspect())?.State.ExitCode).toBe(143);
  }, 60_000);

  /** Runs the driver in the server's network namespace; what it saw. */
  async function drive({ events }: SdkRecording): Promise<SdkSeen[]> {
    const register = events.find(({ k, method }) => k === 'http' && method === 'POST')?.query ?? {};
    const address = Object.values((await server?.inspect())?.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '';
    const calls = events.flatMap(({ t, k, m = '' }) => {
      const isCall = k === 'call' || k === 'note' || (k === 'ret' && m.startsWith('selectInstances after'));
      return isCall ? [{ t, name: m }] : [];
    });
    const own = {
      ip: address,
      port: Number(register.port),
      metadata: JSON.parse(register.metadata ?? '{}') as unknown,
    };
    const env = {
      CALLS: JSON.stringify(calls),
      SERVICE: (register.serviceName ?? '').replace(/^.*@@/, ''),
      OWN: JSON.stringify(own),
    };
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await until(
      () => get(address, 8848, '/nacos/v1/ns/operator/metrics'),
      (answer) => typeof answer !== 'string' && answer.status === 200,
    );
    const [, container] = (await docker.run('probelab/app:1', ['-e', readFileSync(DRIVER, 'utf8')], [output, output], {
      Entrypoint: [NODE],
      Tty: false,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      HostConfig: { NetworkMode: `container:${server?.id}` },
      Labels: { 'dev.probelab.test': 'nacos-sdk' },
    })) as [unknown, Dockerode.Container];
    await container.remove({ force: true });
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    // The recorder had another address of its own.
    return lines.map((line) => JSON.parse(line.replaceAll(address, '10.244.0.1')) as SdkSeen);
  }
});

describe('the driver', () => {
  it('is plain JavaScript that Node can read', () => {
    expect(() => new Function(readFileSync(DRIVER, 'utf8'))).not.toThrow();
  });
});
