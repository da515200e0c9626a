import { type ChildProcess, fork } from 'node:child_process';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createProbeTransport } from '../../containers/transport/probe-transport.ts';
import { Random } from '../../sim/core/random.ts';
import { Ticker } from '../../sim/core/ticker.ts';
import { WallClock } from '../../sim/core/wall-clock.ts';
import type { ProbeHandlers, ProbeRun } from '../../sim/kubelet/ports.ts';
import { createProbeHandlers } from '../../sim/kubelet/prober/handlers.ts';
import { type Figure, medianOf } from './figure.ts';

/*
 * 100 probe workers at a period of 1 s against a server in a process of its own, on real sockets: how late probes start.
 * A probe starts when its request reaches the server: connect and everything before it are in the figure.
 * usage: node test/bench/transport.ts [SECONDS]
 */
const WORKERS = 100;
const PERIOD_MS = 1000;
const SERVER = 'server';

/** Wall time with fractions, comparable between processes. */
function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

interface Arrival {
  id: string;
  at: number;
}

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

/**
 * In the server's process: tells its port, and when asked, of each request which probe it was and when it came. It does
 * as little as it can meanwhile: what a server takes is not what is measured.
 */
function serve(): void {
  const arrivals: Arrival[] = [];
  const accept = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      const at = wallMs();
      const [, id = ''] = /^GET \/(\S*)/.exec(request.toString('latin1')) ?? [];
      arrivals.push({ id, at });
      socket.end(ANSWER);
    });
  };
  const server = createServer(accept);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.on('message', () => process.send?.({ arrivals }));
}

/** How late each second's probes started, ms. */
async function measure(seconds: number, seededPhases: boolean): Promise<number[][]> {
  const child = fork(import.meta.filename, [SERVER]);
  const { port } = await answer<{ port: number }>(child);
  const clock = new WallClock({
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (fn, ms) => setTimeout(fn, ms),
    clearTimeout: (handle) => clearTimeout(handle),
  });
  const handlers = createProbeHandlers({ clock, transport: createProbeTransport(), version: '1.34', exec: () => {} });
  const random = new Random(1);
  const phases = Array.from({ length: WORKERS }, () => (seededPhases ? random.int(PERIOD_MS) : 0));
  const probes = phases.map((_, worker) => probeRun(`/${worker}`, port));
  // One probe first: what is loaded lazily is loaded then.
  await attempt(handlers, probeRun('/first', port));
  let failed = 0;
  const start = wallMs();
  const origin = clock.now();
  const stops = probes.map((probe, worker) => {
    const tick = (): void =>
      void attempt(handlers, probe).then((result) => {
        if (result !== 'success') failed++;
      });
    return everySecond(clock, origin + (phases[worker] ?? 0) - clock.now(), seconds, tick);
  });
  await new Promise((resolve) => setTimeout(resolve, (seconds + 1) * PERIOD_MS));
  for (const stop of stops) stop();
  child.send('arrivals');
  const { arrivals } = await answer<{ arrivals: Arrival[] }>(child);
  child.kill();
  if (failed > 0) throw new Error(`${failed} probes failed`);
  const late = phases.map((phase, worker) =>
    arrivals.filter(({ id }) => id === String(worker)).map(({ at }, second) => at - start - phase - second * PERIOD_MS),
  );
  return Array.from({ length: seconds }, (_, second) => late.map((of) => of[second] ?? Number.POSITIVE_INFINITY));
}

/** Calls `tick` at `delayMs` and then each second, as a probe worker does. */
function everySecond(clock: WallClock, delayMs: number, times: number, tick: () => void): () => void {
  let stop = (): void => {};
  const timer = clock.setTimeout(() => {
    const ticker = new Ticker(clock, PERIOD_MS);
    stop = () => ticker.disarm();
    let left = times;
    const run = (): void => {
      tick();
      left--;
      if (left === 0) return;
      ticker.arm(() => {
        ticker.take();
        run();
      });
    };
    run();
  }, delayMs);
  return () => {
    clock.clearTimeout(timer);
    stop();
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once('message', (message) => resolve(message as T)));
}

function probeRun(path: string, port: number): ProbeRun {
  const livenessProbe = { httpGet: { path, port }, timeoutSeconds: 1 };
  const run = { probe: 'liveness', container: { name: 'c', livenessProbe }, status: { podIP: '127.0.0.1' } };
  return run as unknown as ProbeRun;
}

function attempt(handlers: ProbeHandlers, run: ProbeRun): Promise<string> {
  return new Promise((resolve) => handlers.attempt(run, ({ result }) => resolve(result)));
}

/** How late the probes of 100 workers start: of each second's 100 the last but one (99 %) or the last. */
export async function transportFigures(seconds = 20): Promise<Figure[]> {
  const of = async (seeded: boolean, share: number) =>
    medianOf((await measure(seconds, seeded)).map((late) => late.toSorted((a, b) => a - b)[share * WORKERS - 1] ?? 0));
  const name = '100 workers at 1 s';
  return [
    { name: `${name}, seeded phases, 99 % start within`, ...(await of(true, 0.99)), unit: 'ms', budget: 20 },
    { name: `${name}, all at one instant, all start within`, ...(await of(false, 1)), unit: 'ms', budget: 60 },
  ];
}

if (process.argv[2] === SERVER) serve();
else if (import.meta.main) console.table(await transportFigures(Number(process.argv[2] ?? 20)));
