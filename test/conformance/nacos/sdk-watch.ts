import { Random } from '../../../sim/core/random.ts';
import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import { callable, type KnownInstance } from '../../../sim/programs/registry-client/naming-client.ts';
import { NodeSdkClient } from '../../../sim/programs/registry-client/node-sdk-client.ts';
import { createReplayServer } from './replay-server.ts';
import { type SdkRecording, type SdkSeen, shown } from './sdk-recording.ts';

/** The recorder made its publishers and its subscriber so long before the signal. */
const PUBLISHERS_AT = -10_600;
const SUBSCRIBER_AT = -8990;
const IPS = ['10.244.0.101', '10.244.0.102'];

/**
 * Recordings of two processes that publish and one that watches, in three ways at once: a listener, select and getAll,
 * asked again and again. `seed`: how late each of its timers is, up to 20 ms, and the publishers' heartbeats.
 */
export function playWatch(recording: SdkRecording, options: NacosServerOptions, seed: number): SdkSeen[] {
  const server = createReplayServer(options);
  const { host } = server;
  const random = new Random(seed);
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
  const { desc } = recording;
  const service = 'DEFAULT_GROUP@@sdk-watch';
  const publishers = IPS.slice(/ONLY/.test(desc) ? 1 : 0).map((ip) => {
    const instance = { ip, port: 8080 };
    const publisher = { client: undefined as NodeSdkClient | undefined, instance };
    const made = PUBLISHERS_AT + random.int(60);
    at(made, () => {
      publisher.client = new NodeSdkClient(host, { servers: ['127.0.0.1:8848'], timerJitter: () => random.int(40) });
    });
    at(made + random.int(30), () => publisher.client?.register(service, instance, () => {}));
    return publisher;
  });
  at(0, () => {
    const victim = publishers.at(-1);
    const end = () => victim?.client?.close();
    if (/with deregister/.test(desc)) victim?.client?.deregister(service, victim.instance, end);
    else end();
  });
  at(SUBSCRIBER_AT, () => {
    const sdk = new NodeSdkClient(host, {
      servers: ['127.0.0.1:8848'],
      udp: !/without UDP/.test(desc),
      timerJitter: () => random.int(21),
    });
    let all: readonly KnownInstance[] = [];
    const listen = () => sdk.subscribe(service, (hosts) => see('listener', shown(hosts, false)));
    const select = () => sdk.getAllInstances(service, () => {});
    for (const begin of random.int(2) === 0 ? [listen, select] : [select, listen]) at(now() + random.int(3), begin);
    for (let t = 0; t < 60_000; t += 20) {
      at(t, () =>
        sdk.getAllInstances(service, (hosts) => {
          all = hosts;
          see('select(healthy)', shown(callable(all), false));
          see('getAll', shown(all, false));
        }),
      );
    }
  });
  server.clock.runUntil(base + Math.max(...recording.events.map(({ t }) => t)) + 150);
  return seen;
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
  for (let t = since; t < 16_000; t += 550) {
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
  server.clock.runUntil(base + 16_000);
  return seen;
}
