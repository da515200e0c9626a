import { describedApp } from '../../../sim/programs/app/described-app.ts';
import type { AppDescription } from '../../../sim/programs/app/description.ts';
import type { ProgramHost } from '../../../sim/programs/host.ts';
import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import { readTold } from '../../../sim/programs/registry-client/told.ts';
import type { Recording, Seen } from './recording.ts';
import { createReplayServer } from './replay-server.ts';

/** Requests in a recording: how many, how many failed, the first and the last failure. */
export interface RecordedRequests {
  requests?: number;
  errors?: number;
  firstError?: readonly (readonly [at: number, what: string])[];
  lastError?: readonly (readonly [at: number, what: string])[];
  lastCallToDeregistered?: readonly number[];
}

const CACHE = 35_000;

/** Two Spring providers, one of which ends, and a consumer with the load balancer's cache. What was seen, and what failed. */
export function playSpring(
  recording: Recording & RecordedRequests,
  options: NacosServerOptions,
): { seen: Seen[]; failures: number[]; before: ReadonlyMap<string, string> } {
  const server = createReplayServer(options);
  const { host, clock } = server;
  const base = clock.now() + 130_000;
  const seen: Seen[] = [];
  const failures: number[] = [];
  const at = (t: number, work: () => void) => void clock.setTimeout(work, Math.max(0, base + t - clock.now()));
  const last = new Map<string, string>();
  const initial = new Map<string, string>();
  const providers = portsOf(recording);
  const [own = 0] = providers;
  // What is so from the beginning is no change.
  const see = (k: string, view: string) => {
    const before = last.get(k);
    last.set(k, view);
    if (clock.now() <= base) initial.set(k, view);
    if (before !== undefined && before !== view) seen.push({ t: Math.round(clock.now() - base), k, view });
  };
  const term: (() => void)[] = [];
  const run = (description: AppDescription, told: (line: string) => void) => {
    const index = term.length;
    term.push(() => {});
    const app = {
      clock,
      env: {},
      args: [],
      podIP: host.podIP,
      listenHttp: host.listenHttp.bind(host),
      dialTcp: host.dialTcp.bind(host),
      request: host.request.bind(host),
      write: (_: string, text: string) => told(text.trimEnd()),
      onSignal: (_: string, handler: () => void) => {
        term[index] = handler;
      },
      onSteer: () => {},
      exit: () => {},
    } as unknown as ProgramHost;
    describedApp(description)(app);
  };
  const registry = { server: '127.0.0.1:8848', service: 'orders', deregisterPath: '/api/nacos/deregister' };
  // Where the recording begins with the start of the app, its port opens when it did there.
  const opened = recording.events.find(({ k, v }) => k.startsWith('tcp') && v === 'open')?.t;
  at(opened ?? -120_000, () => {
    for (const port of opened === undefined ? providers : [own]) {
      const routes = [
        { path: '/slow', status: 200, delay: 4000 },
        { path: '*', status: 200 },
      ];
      run(
        {
          servers: [{ port, protocol: 'http', routes }],
          registry: { ...registry, port },
          termination: { graceful: true },
        },
        () => {},
      );
    }
  });
  // The list was taken one lifetime before it was last used.
  const lastUsed = recording.lastError?.[0]?.[0] ?? recording.lastCallToDeregistered?.[0] ?? 0;
  const filled = lastUsed - CACHE;
  const call = { name: 'consumer', via: 'registry' as const, service: 'orders', every: 100, ttl: CACHE };
  at(filled - CACHE, () =>
    run({ registry: { server: registry.server }, calls: [call] }, (line) => {
      const told = readTold(line);
      if (told?.kind === 'call' && told.error !== undefined && clock.now() >= base)
        failures.push(Math.round(clock.now() - base));
      if (told?.kind === 'view' && told.what === 'known') see('consumer DiscoveryClient', ports(told.addresses));
    }),
  );
  act(recording);
  for (let t = -100; t < lastOf(recording) + 200; t += 20) {
    at(t, () => {
      server.send({ method: 'GET', path: '/nacos/v1/ns/instance/list', query: { serviceName: 'orders' } }, (answer) => {
        const { hosts } = JSON.parse(
          answer.kind === 'response' ? new TextDecoder().decode(answer.body) : '{"hosts":[]}',
        ) as { hosts: { port: number; healthy: boolean }[] };
        see(
          'nacos list',
          hosts
            .map(({ port, healthy }) => `${port}=${healthy ? 'UP' : 'DOWN'}`)
            .sort()
            .join(' ') || '(empty)',
        );
      });
      host.dialTcp({ host: '127.0.0.1', port: own }, (outcome) => {
        if (outcome.kind === 'failed') see(`tcp ${own}`, 'closed');
        else {
          outcome.connection.close();
          see(`tcp ${own}`, 'open');
        }
      });
    });
  }
  clock.runUntil(base + Math.max(lastOf(recording), lastUsed) + 2000);
  return { seen, failures, before: initial };

  function act({ events }: Recording): void {
    // From the signal to Spring's own shutdown a JVM needs its time.
    const closing = events.find(({ v }) => v === 'ContextClosedEvent')?.t ?? 0;
    at(closing, () => term[0]?.());
    const complete = events.find(({ v }) => v?.includes('Graceful shutdown complete'))?.t ?? 0;
    const get = (target: string) =>
      host.request({ scheme: 'http', method: 'GET', host: '127.0.0.1', port: own, target }, () => {});
    if (events.some(({ k }) => k.startsWith('in-flight'))) at(complete - 4000, () => get('/slow'));
    const curl = events.find(({ k }) => k === 'curl');
    if (curl !== undefined) at(curl.t, () => get(registry.deregisterPath));
  }
}

/** The providers' ports, the one that begins or ends first. */
function portsOf({ events }: Recording): number[] {
  const own = events.map(({ k }) => /^tcp (\d+)/.exec(k)?.[1]).find((port) => port !== undefined);
  const shown = events
    .filter(({ k }) => /^(?:nacos list|consumer)/.test(k))
    .flatMap(({ v = '' }) => v.match(/\d+/g) ?? []);
  const ports = [...(own === undefined ? [] : [own]), ...shown].map(Number);
  if (ports.length === 0) throw new Error('no port is told');
  return [...new Set(ports)];
}

function lastOf({ events }: Recording): number {
  return Math.max(...events.map(({ t }) => t));
}

function ports(addresses: readonly string[]): string {
  return addresses
    .map((address) => address.replace(/^.*:/, ''))
    .sort()
    .join(' ');
}
