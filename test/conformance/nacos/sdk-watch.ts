import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import { callable, type KnownInstance } from '../../../sim/programs/registry-client/naming-client.ts';
import { NodeSdkClient } from '../../../sim/programs/registry-client/node-sdk-client.ts';
import { createReplayServer } from './replay-server.ts';
import { type SdkRecording, type SdkSeen, shown } from './sdk-recording.ts';
import { type WatchSetUp, watchSetUp } from './sdk-watch-setup.ts';

/** The recorder made its publishers so long before the signal, as far as the recording does not tell it more exactly. */
const PUBLISHERS_AT = -10_600;
/** Of two things that happen at once, the later one comes so much later, ms. */
const LATER = 15;

/**
 * Recordings of two processes that publish and one that watches, in three ways at once: a listener, select and getAll,
 * asked again and again. What is chance in it, the recording tells (`watchSetUp`), but for one thing: the last heartbeat came
 * a round number of checks before the check at which it is too old; `lateBeat`: it came just after, not just before.
 */
export function playWatch(recording: SdkRecording, options: NacosServerOptions, lateBeat: boolean): SdkSeen[] {
  const server = createReplayServer(options);
  const { host } = server;
  const base = server.clock.now() + 20_000;
  const seen: SdkSeen[] = [];
  const now = () => Math.round(server.clock.now() - base);
  const last: Record<string, string> = {};
  const see = (k: string, v: string) => {
    if (last[k] !== v && now() >= 0) seen.push({ t: now(), k, v });
    last[k] = v;
  };
  const at = (t: number, work: () => void) =>
    void server.clock.setTimeout(work, Math.max(0, base + t - server.clock.now()));
  const setUp: WatchSetUp = watchSetUp(recording, PUBLISHERS_AT);
  const service = 'DEFAULT_GROUP@@sdk-watch';
  const publishers = setUp.ips.map((ip) => {
    const instance = { ip, port: 8080 };
    const publisher = { client: undefined as NodeSdkClient | undefined, instance };
    at(setUp.publishersAt, () => {
      const timerJitter = () => (lateBeat ? LATER : 0);
      publisher.client = new NodeSdkClient(host, { servers: ['127.0.0.1:8848'], timerJitter });
    });
    at(setUp.publishersAt + (lateBeat ? 0 : LATER), () => publisher.client?.register(service, instance, () => {}));
    return publisher;
  });
  at(0, () => {
    const victim = publishers.find(({ instance }) => instance.ip === setUp.victim);
    const end = () => victim?.client?.close();
    if (setUp.deregisters) victim?.client?.deregister(service, victim.instance, end);
    else end();
  });
  at(setUp.subscriberAt, () => {
    const timerJitter = pollOrder(setUp.polledLast);
    const sdk = new NodeSdkClient(host, { servers: ['127.0.0.1:8848'], udp: setUp.udp, timerJitter });
    sdk.subscribe(service, (hosts) => see('listener', shown(hosts, false)));
    sdk.getAllInstances(service, () => {});
    for (let t = 0; t < 60_000; t += 20) {
      at(t, () =>
        sdk.getAllInstances(service, (hosts) => {
          see('select(healthy)', shown(callable(hosts), false));
          see('getAll', shown(hosts, false));
        }),
      );
    }
  });
  server.clock.runUntil(base + Math.max(...recording.events.map(({ t }) => t)) + 150);
  return seen;
}

/** Lateness of polls such that in each round the one that is to be last is. */
function pollOrder(polledLast: (round: number) => string): (timer: string) => number {
  const rounds = new Map<string, number>();
  return (timer) => {
    const round = rounds.get(timer) ?? 0;
    rounds.set(timer, round + 1);
    const lateness = (at: number) => (at >= 0 && timer === `poll ${polledLast(at)}` ? LATER : 0);
    return timer === 'beat' ? 0 : lateness(round) - lateness(round - 1);
  };
}

/** A server that goes and comes back while one client publishes and asks. */
export function playRestart(recording: SdkRecording, options: NacosServerOptions): SdkSeen[] {
  const back = recording.events.find(({ k, v }) => k === 'server list' && v === '(empty)')?.t ?? 0;
  const firstBeat = recording.events.find(({ k, m }) => k === 'log' && m?.includes('CLIENT-BEAT'))?.t ?? 0;
  // Whatever the server knew before is gone: it need not be there before.
  const server = createReplayServer({ ...options, startupMs: 40_000 + back - 300 });
  const { host } = server;
  const base = server.clock.now() + 40_000 - 600;
  const seen: SdkSeen[] = [];
  const last: Record<string, string> = {};
  const see = (k: string, v: string) => {
    if (last[k] !== v) seen.push({ t: Math.round(server.clock.now() - base), k, v });
    last[k] = v;
  };
  const at = (t: number, work: () => void) =>
    void server.clock.setTimeout(work, Math.max(0, base + t - server.clock.now()));
  let sdk: NodeSdkClient | undefined;
  const service = 'DEFAULT_GROUP@@rst';
  // Its loop of heartbeats began 10 s and then some 5 s before the first one that failed.
  at(firstBeat - 10_000, () => {
    sdk = new NodeSdkClient(host, { servers: ['127.0.0.1:8848'], beatInterval: 5000 });
    sdk.register(service, { ip: '10.244.0.1', port: 80 }, () => {});
  });
  const since = recording.events.find(({ k }) => k === 'server list')?.t ?? 0;
  const end = Math.max(...recording.events.map(({ t }) => t)) + 1900;
  for (let t = since; t < end; t += 550) {
    at(t, () => {
      server.send({ method: 'GET', path: '/nacos/v1/ns/instance/list', query: { serviceName: service } }, (answer) => {
        if (answer.kind !== 'response') see('server list', 'down ECONNREFUSED');
        else
          see(
            'server list',
            shown(
              (JSON.parse(new TextDecoder().decode(answer.body)) as { hosts: readonly KnownInstance[] }).hosts,
              false,
            ),
          );
      });
      sdk?.selectInstances(service, (hosts) => see('sdk select', shown(hosts, false)));
    });
  }
  server.clock.runUntil(base + end);
  return seen;
}
