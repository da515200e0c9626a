import { get } from 'node:http';
import { createServer } from 'node:net';
import { wallClock } from '../../../containers/docker/factory.ts';
import { selfSignedCertificate } from '../../../containers/program-host/certificate.ts';
import { createNodeHost } from '../../../containers/program-host/node-host.ts';
import { createProbeTransport } from '../../../containers/transport/probe-transport.ts';
import type { Listener, Program, ProgramHost } from '../../../sim/programs/host.ts';
import { PodDriver } from '../../docker/pod-driver.ts';
import { clusterEndpoints, type ObservedCase, recordedResources } from './envoy-case.ts';
import type { EnvoyStage } from './envoy-stage.ts';
import { observedApp, type SeenRequest } from './observed-apps.ts';

/** A lab for real Envoys: a network of its own; each case gets a pod in it. */
export interface DockerStages {
  open(item: ObservedCase): Promise<EnvoyStage>;
  close(): Promise<void>;
}

const ENVOY_READY_MS = 30_000;
const LOG_QUIET_MS = 2000;
let pods = 0;
let nextPort = 20_000;

/**
 * Starts the docker runtime for `osm-envoy`. The apps run in this process behind real sockets, at the pod network's
 * gateway, since the recorder's apps are raw (a reset, an h2 preface) and their requests are looked at; only their ports
 * differ from the recorded ones, as the recorder's did.
 * @throws LabError DOCKER_UNAVAILABLE
 */
export async function openDockerStages(): Promise<DockerStages> {
  const driver = await PodDriver.open();
  const certificate = selfSignedCertificate('osm');
  return {
    open: (item) => openStage(driver, item, certificate),
    close: () => driver.dispose(),
  };
}

async function openStage(
  driver: PodDriver,
  item: ObservedCase,
  certificate: { cert: string; key: string },
): Promise<EnvoyStage> {
  const pod = { podUID: `envoy-${pods++}`, namespace: 'default', podName: `envoy-${pods}` };
  const ip = await driver.sandbox(pod);
  const gateway = ip.replace(/\d+$/, '1');
  const seen: SeenRequest[] = [];
  const { ports, listeners } = await startApps(item, gateway, seen);
  const resources = recordedResources(item, certificate);
  for (const endpoint of clusterEndpoints(resources.clusters)) {
    const real = ports.get(endpoint.port_value);
    if (real !== undefined) Object.assign(endpoint, { address: gateway, port_value: real });
  }
  await startEnvoy(driver, pod, resources);
  await ready(ip);
  const recorded = new Map([...ports].map(([port, real]) => [`${gateway}:${real}`, `<pod>:${port}`]));
  return {
    ip,
    clock: wallClock(),
    transport: createProbeTransport(),
    seen,
    finish: (work) => new Promise((resolve) => work(resolve)),
    output: (lines) => logLines(driver, pod.podUID, lines),
    place: (upstream) => recorded.get(upstream) ?? upstream.replace(/^127\.0\.0\.1:(1590[123])$/, '<pod>:$1'),
    close: async () => {
      for (const listener of listeners) listener.close();
      driver.runtime.removeSandbox({ podUID: pod.podUID });
    },
  };
}

/** Starts the apps at `address`; where each recorded port is really. A closed one has a port that nobody listens on. */
async function startApps(item: ObservedCase, address: string, seen: SeenRequest[]) {
  const ports = new Map<number, number>();
  const listeners: Listener[] = [];
  for (const [port, kind] of Object.entries(item.apps)) {
    const real = await unusedPort(address);
    ports.set(Number(port), real);
    const app = observedApp(kind, Number(port), (request) => seen.push(request));
    if (app !== undefined) listeners.push(...runAt(app, { address, port: real }));
  }
  return { ports, listeners };
}

/** Runs a program in this process; wherever it wants to listen, it does so at `place`. */
function runAt(program: Program, place: { address: string; port: number }): Listener[] {
  const listeners: Listener[] = [];
  const host = createNodeHost({ args: [], env: {}, exit: () => {}, write: () => {} });
  const moved: ProgramHost = {
    ...host,
    listenHttp: (options, handler) => kept(host.listenHttp({ ...options, ...place }, handler)),
    listenTcp: (options, handler) => kept(host.listenTcp({ ...options, ...place }, handler)),
  };
  function kept(listener: Listener): Listener {
    listeners.push(listener);
    return listener;
  }
  program(moved);
  return listeners;
}

/**
 * A port that no other case gets: a closed one must stay so while others open theirs. Below the ports that the kernel
 * gives to connections.
 */
async function unusedPort(address: string): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if (await isFree(address, port)) return port;
  }
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

async function startEnvoy(
  driver: PodDriver,
  pod: { podUID: string; namespace: string; podName: string },
  resources: unknown,
): Promise<void> {
  const admin = { address: { socket_address: { address: '0.0.0.0', port_value: 15000 } } };
  const bootstrap = JSON.stringify({ admin, static_resources: resources });
  const files = { 'bootstrap.yaml': new TextEncoder().encode(bootstrap) };
  await driver.up({
    ...pod,
    container: 'envoy',
    image: 'envoyproxy/envoy:v1.40.0',
    command: ['envoy'],
    args: ['-c', '/etc/envoy/bootstrap.yaml', '--concurrency', '1', '-l', 'error', '--file-flush-interval-msec', '50'],
    security: { runAsUser: 1500, addCapabilities: [], dropCapabilities: [] },
    mounts: [
      { mountPath: '/etc/envoy', readOnly: true, source: { type: 'files', volume: 'envoy', files, mode: 0o644 } },
    ],
  });
}

async function ready(ip: string): Promise<void> {
  const end = performance.now() + ENVOY_READY_MS;
  while (!(await asksReady(ip))) {
    if (performance.now() > end) throw new Error('Envoy does not become ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function asksReady(ip: string): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = get({ host: ip, port: 15000, path: '/ready', agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(false));
  });
}

/** Waits for as many lines as the recording has; if there are fewer, until none has come for longer than Envoy keeps them. */
async function logLines(driver: PodDriver, podUID: string, wanted: number): Promise<string[]> {
  const read = () =>
    driver.events.flatMap((event) => (event.type === 'log' && event.podUID === podUID ? [event.line] : []));
  const quietMs = wanted === 0 ? 300 : LOG_QUIET_MS;
  let last = { lines: read().length, at: performance.now() };
  while (last.lines < wanted && performance.now() < last.at + quietMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (read().length > last.lines) last = { lines: read().length, at: performance.now() };
  }
  return read();
}
