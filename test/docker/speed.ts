import { createProbeTransport } from '../../containers/transport/probe-transport.ts';
import { ensureImages } from './engine.ts';
import { meshedBookstore } from './meshed-containers.ts';
import { PodDriver } from './pod-driver.ts';

/*
 * How long the docker runtime takes, driven as the kubelet drives it but without its waits: node test/docker/speed.ts [ROUNDS]
 * Goals: pod up to the first successful probe ≤ 2 s, restart ≤ 0.5 s beyond grace, teardown ≤ 2 s.
 */

const rounds = Number(process.argv[2] ?? 5);
const transport = createProbeTransport();
const figures: Record<string, number[]> = { 'runtime ready': [], 'first probe': [], restart: [], teardown: [] };

function probe(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    transport.http(
      {
        scheme: 'http',
        host,
        port: 15901,
        method: 'GET',
        target: '/osm-liveness-probe',
        headers: [['Host', `${host}:15901`]],
        timeoutMs: 1000,
        maxBodyBytes: 10_240,
      },
      (outcome) => resolve(outcome.kind === 'response' && outcome.status === 200),
    );
  });
}

async function healthy(host: string): Promise<void> {
  while (!(await probe(host))) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  figures[name]?.push(performance.now() - started);
}

await ensureImages();
for (let round = 0; round < rounds; round++) {
  let pod: PodDriver | undefined;
  await timed('runtime ready', async () => {
    pod = await PodDriver.open({ apps: { bookstore: { servers: [{ port: 14001, protocol: 'http' }] } } });
  });
  const driver = pod as unknown as PodDriver;
  let ip = '';
  let app = '';
  const specs = meshedBookstore();
  await timed('first probe', async () => {
    ip = await driver.sandbox();
    await driver.toEnd(specs.init);
    app = await driver.up(specs.bookstore);
    await driver.up(specs.healthcheck);
    await driver.up(specs.envoy);
    await healthy(ip);
  });
  await timed('restart', async () => {
    driver.runtime.signalContainer({ containerID: app, signal: 'SIGTERM' });
    await driver.exited(app);
    await driver.up({ ...specs.bookstore, attempt: 1 });
    await healthy(ip);
  });
  await timed('teardown', () => driver.dispose());
}
for (const [name, times] of Object.entries(figures)) {
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  process.stdout.write(
    `${name.padEnd(14)} median ${(median / 1000).toFixed(2)}s  worst ${((sorted.at(-1) ?? 0) / 1000).toFixed(2)}s\n`,
  );
}
