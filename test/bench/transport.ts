import { type ChildProcess, fork } from 'node:child_process';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createProbeTransport } from '../../containers/transport/probe-transport.ts';
import { Random } from '../../sim/core/random.ts';
import { Ticker } from '../../sim/core/ticker.ts';
import { WallClock } from '../../sim/core/wall-clock.ts';
import type { ProbeHandlers, ProbeRun } from '../../sim/kubelet/ports.ts';
import { createProbeHandlers } from '../../sim/kubelet/prober/handlers.ts';
import type { Figure } from './figure.ts';

/*
 * 100 probe workers at a period of 1 s against a server in a process of its own, on real sockets: how late probes start.
 * A probe starts when its request reaches the server: connect and everything before it are in the figure.
 * usage: node test/bench/transport.ts [SECONDS]
 */
const WORKERS = 100;
const PERIOD_MS = 1000;
const SERVER = 'server';

interface Spread {
  p50: number;
  p99: number;
  max: number;
  attempts: number;
  failed: number;
}

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

async function measure(seconds: number, seededPhases: boolean): Promise<Spread> {
  const child = fork(import.meta.filename, [SERVER]);
  const { port } = await answer<{ port: number }>(child);
  const clock = new WallClock({
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (fn, ms) => setTimeout(fn, ms),
    clearTimeout: (handle) => clearTimeout(handle),
  });
  const transport = createProbeTransport();
  const handlers = createProbeHandlers({ clock, transport, version: '1.34', exec: () => {} });
  const random = new Random(1);
  const due = new Map<string, number>();
  let failed = 0;
  const phases = Array.from({ length: WORKERS }, () => (seededPhases ? random.int(PERIOD_MS) : 0));
  // One probe first: what is loaded lazily is loaded then.
  await attempt(handlers, port, 'first');
  const start = wallMs();
  const origin = clock.now();
  const stops = phases.map((phase, worker) => {
    const timer = clock.setTimeout(
      () => {
        const ticker = new Ticker(clock, PERIOD_MS);
        let run = 0;
        const tick = () => {
          const id = `${worker}-${run}`;
          due.set(id, start + phase + run * PERIOD_MS);
          run++;
          void attempt(handlers, port, id).then((result) => {
            if (result !== 'success') failed++;
          });
          ticker.arm(() => {
            ticker.take();
            tick();
          });
        };
        tick();
        stops[worker] = () => ticker.disarm();
      },
      origin + phase - clock.now(),
    );
    return () => clock.clearTimeout(timer);
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  for (const stop of stops) stop();
  await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  child.send('arrivals');
  const told = await answer<{ arrivals: Arrival[] }>(child);
  const arrivals = new Map(told.arrivals.map(({ id, at }) => [id, at]));
  child.kill();
  const late = [...due].map(([id, at]) => (arrivals.get(id) ?? Number.POSITIVE_INFINITY) - at).sort((a, b) => a - b);
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1), attempts: late.length, failed };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once('message', (message) => resolve(message as T)));
}

function attempt(handlers: ProbeHandlers, port: number, id: string): Promise<string> {
  const livenessProbe = { httpGet: { path: `/${id}`, port }, timeoutSeconds: 1 };
  const run = { probe: 'liveness', container: { name: 'c', livenessProbe }, status: { podIP: '127.0.0.1' } };
  return new Promise((resolve) => handlers.attempt(run as unknown as ProbeRun, ({ result }) => resolve(result)));
}

/** How late the probes of 100 workers start. */
export async function transportFigures(seconds = 20): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const seeded of [true, false]) {
    const spread = await measure(seconds, seeded);
    const name = `100 workers at 1 s, ${seeded ? 'seeded phases, 99 % start within' : 'all at one instant, all start within'}`;
    if (spread.failed > 0) throw new Error(`${spread.failed} of ${spread.attempts} probes failed`);
    figures.push({ name, value: seeded ? spread.p99 : spread.max, unit: 'ms', budget: seeded ? 20 : 60 });
  }
  return figures;
}

if (process.argv[2] === SERVER) serve();
else if (import.meta.main) console.table(await transportFigures(Number(process.argv[2] ?? 20)));
