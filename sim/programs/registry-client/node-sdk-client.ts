import type { ProgramHost, UdpSocket } from '../host.ts';
import { addressOf, callable, type KnownInstance, type NamingClient, type OwnInstance } from './naming-client.ts';
import { SdkHttp } from './sdk-http.ts';

const API = '/nacos/v1/ns';
const FIRST_BEAT = 10_000;
const FIRST_UPDATE = 1000;
const EMPTY_UPDATE = 5000;
const POLL = 10_000;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A list as the SDK keeps it, by service and clusters. */
interface Entry {
  service: string;
  clusters: string;
  hosts: readonly KnownInstance[] | undefined;
  listeners: ((hosts: readonly KnownInstance[]) => void)[];
}

/** What a watcher of the SDK's inside is told; for tests. */
export interface NodeSdkOptions {
  servers: readonly string[];
  /** Own address; default the pod's. */
  clientIP?: string;
  /** Added to every wait, ms: a busy process. Default 0. */
  timerJitter?(): number;
  /** Heartbeats go on after a deregister, as clients that stop in the wrong order do. */
  beatsAfterDeregister?: boolean;
  /** Between two heartbeats, ms, until the server says otherwise. Default 10 s. */
  beatInterval?: number;
  /** Without its UDP socket only polls bring news. */
  udp?: boolean;
}

/**
 * The npm package `nacos` 2.6.3, what it gets wrong included: empty lists are ignored, `close` deregisters nothing, the
 * first heartbeat comes at the next tick of a loop that began with the client, up to 10 s later.
 * Models nacos-naming 2.6.3 lib/naming/{client,proxy,host_reactor,beat_reactor,push_receiver}.js.
 */
export class NodeSdkClient implements NamingClient {
  readonly http: SdkHttp;
  readonly #host: ProgramHost;
  readonly #options: NodeSdkOptions;
  readonly #clientIP: string;
  readonly #beats = new Map<string, { service: string; instance: OwnInstance }>();
  readonly #entries = new Map<string, Entry>();
  #socket: UdpSocket | undefined;
  #udpPort = 0;
  #beatInterval: number;
  #closed = false;
  readonly #waitingForPort: (() => void)[] = [];

  constructor(host: ProgramHost, options: NodeSdkOptions) {
    this.#host = host;
    this.#options = options;
    this.#clientIP = options.clientIP ?? host.podIP;
    this.#beatInterval = options.beatInterval ?? FIRST_BEAT;
    this.http = new SdkHttp(host, options.servers);
    if (options.udp === false) this.#udpPort = 1;
    else {
      this.#socket = host.listenUdp(
        { port: 0 },
        {
          onListening: (port) => {
            this.#udpPort = port;
            for (const work of this.#waitingForPort.splice(0)) work();
          },
          onMessage: ({ data, reply }) => this.#pushed(data, reply),
        },
      );
    }
    this.#beatLater();
  }

  register(service: string, instance: OwnInstance, done: (error?: string) => void): void {
    // Before the request and whatever becomes of it: when the server comes back, the heartbeat registers.
    this.#beats.set(beatKey(service, instance), { service: grouped(service), instance });
    const query = {
      serviceName: grouped(service),
      groupName: 'DEFAULT_GROUP',
      clusterName: 'DEFAULT',
      ip: instance.ip,
      port: String(instance.port),
      weight: '1',
      enable: 'true',
      healthy: 'true',
      ephemeral: 'true',
      metadata: JSON.stringify(instance.metadata ?? {}),
    };
    this.http.call('POST', `${API}/instance`, query, (answer) => done(answer.ok ? undefined : answer.error));
  }

  deregister(service: string, instance: OwnInstance, done: (error?: string) => void): void {
    if (!this.#options.beatsAfterDeregister) this.#beats.delete(beatKey(service, instance));
    const { ip, port } = instance;
    const place = { clusterName: 'DEFAULT', ip, port: String(port), ephemeral: 'true' };
    const query = { serviceName: grouped(service), ...place };
    this.http.call('DELETE', `${API}/instance`, query, (answer) => done(answer.ok ? undefined : answer.error));
  }

  /** `subscribe(name, listener)`: never called with an empty list. */
  subscribe(service: string, listener: (hosts: readonly KnownInstance[]) => void): void {
    this.#entry(service, 'DEFAULT', () => {}).listeners.push(listener);
  }

  /** `getAllInstances` (unhealthy ones, too), which subscribes under another key than `subscribe`. */
  getAllInstances(service: string, done: (hosts: readonly KnownInstance[]) => void): void {
    const entry = this.#entry(service, '', () => done(entry.hosts ?? []));
  }

  /** `selectInstances(name)`: the healthy ones. */
  selectInstances(service: string, done: (hosts: readonly KnownInstance[]) => void): void {
    this.getAllInstances(service, (hosts) => done(callable(hosts)));
  }

  /** `selectInstances(…, subscribe=false)`: asks the server each time; fails if it cannot. */
  queryInstances(service: string, done: (hosts: readonly KnownInstance[] | undefined, error?: string) => void): void {
    this.http.call('GET', `${API}/instance/list`, this.#listQuery(service, '', 0), (answer) => {
      if (!answer.ok) done(undefined, answer.error);
      else done(callable(hostsOf(answer.body)));
    });
  }

  getServerStatus(done: (status: 'UP' | 'DOWN') => void): void {
    this.http.call('GET', `${API}/operator/metrics`, {}, (answer) =>
      done(answer.ok && answer.body.includes('UP') ? 'UP' : 'DOWN'),
    );
  }

  watch(service: string, changed: (instances: readonly KnownInstance[]) => void): void {
    this.subscribe(service, changed);
  }

  /** Ends beats, polls and pushes; the instance stays registered until its beats are missed. */
  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  #beatLater(): void {
    this.#host.clock.setTimeout(() => {
      if (this.#closed) return;
      // The loop waits for every answer before it waits again.
      let left = this.#beats.size;
      const answered = () => {
        left--;
        if (left <= 0) this.#beatLater();
      };
      if (left === 0) answered();
      for (const { service, instance } of this.#beats.values()) this.#beat(service, instance, answered);
    }, this.#beatInterval + this.#jitter());
  }

  #jitter(): number {
    return this.#options.timerJitter?.() ?? 0;
  }

  #beat(serviceName: string, { ip, port, metadata = {} }: OwnInstance, answered: () => void): void {
    const beat = JSON.stringify({ serviceName, ip, port, cluster: 'DEFAULT', weight: 1, metadata, scheduled: true });
    this.http.call('PUT', `${API}/instance/beat`, { beat, serviceName }, (answer) => {
      if (!answer.ok) {
        this.#host.write('stderr', `Error: [CLIENT-BEAT] failed to send beat: ${beat}\n`);
      } else {
        const interval = (JSON.parse(answer.body) as { clientBeatInterval?: number }).clientBeatInterval;
        if (interval !== undefined && interval > 0) this.#beatInterval = interval;
      }
      answered();
    });
  }

  /** The list of a key; made and asked for at its first use, then polled. `ready` once it has an answer. */
  #entry(service: string, clusters: string, ready: () => void): Entry {
    const key = `${grouped(service)}@@${clusters}`;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#host.clock.setTimeout(ready, 0);
      return known;
    }
    const entry: Entry = { service, clusters, hosts: undefined, listeners: [] };
    this.#entries.set(key, entry);
    const begin = () => {
      this.#update(entry, ready);
      this.#updateLater(entry, FIRST_UPDATE);
    };
    if (this.#udpPort === 0) this.#waitingForPort.push(begin);
    else begin();
    return entry;
  }

  #updateLater(entry: Entry, ms: number): void {
    this.#host.clock.setTimeout(() => {
      if (this.#closed) return;
      this.#update(entry, () =>
        this.#updateLater(entry, (entry.hosts === undefined ? EMPTY_UPDATE : POLL) + this.#jitter()),
      );
    }, ms);
  }

  #update(entry: Entry, done: () => void): void {
    const query = this.#listQuery(entry.service, entry.clusters, this.#options.udp === false ? 0 : this.#udpPort);
    this.http.call('GET', `${API}/instance/list`, query, (answer) => {
      if (answer.ok) this.#receive(entry, hostsOf(answer.body));
      done();
    });
  }

  #listQuery(service: string, clusters: string, udpPort: number): Record<string, string> {
    const place = { udpPort: String(udpPort), clientIP: this.#clientIP, healthyOnly: 'false' };
    return { serviceName: grouped(service), clusters, ...place };
  }

  /** Models host_reactor.js processServiceJSON: a list without hosts is not valid, and the old one stays. */
  #receive(entry: Entry, hosts: readonly KnownInstance[]): void {
    if (hosts.length === 0) return;
    const before = entry.hosts;
    entry.hosts = hosts;
    if (before !== undefined && same(before, hosts)) return;
    for (const listener of entry.listeners) listener(hosts);
  }

  #pushed(data: Uint8Array, reply: (data: Uint8Array) => void): void {
    const push = JSON.parse(plain(data)) as { type: string; data: string; lastRefTime: number };
    reply(encoder.encode(JSON.stringify({ type: 'push-ack', lastRefTime: push.lastRefTime, data: '' })));
    if (push.type !== 'dom') return;
    const info = JSON.parse(push.data) as { name: string; clusters: string };
    const entry = this.#entries.get(`${info.name}@@${info.clusters}`);
    if (entry !== undefined) this.#receive(entry, hostsOf(push.data));
  }
}

function grouped(service: string): string {
  return service.includes('@@') ? service : `DEFAULT_GROUP@@${service}`;
}

function beatKey(service: string, { ip, port }: OwnInstance): string {
  return `${grouped(service)}#${ip}#${port}`;
}

function hostsOf(json: string): readonly KnownInstance[] {
  return (JSON.parse(json) as { hosts?: readonly KnownInstance[] }).hosts ?? [];
}

function same(a: readonly KnownInstance[], b: readonly KnownInstance[]): boolean {
  const text = (hosts: readonly KnownInstance[]) =>
    hosts
      .map((host) => `${addressOf(host)} ${host.healthy}`)
      .sort()
      .join();
  return text(a) === text(b);
}

/** A large push is gzipped; our server's gzip is stored, which is all that is read here. */
function plain(data: Uint8Array): string {
  if (data[0] !== 0x1f) return decoder.decode(data);
  const parts: number[] = [];
  for (let at = 10; at < data.length - 8; ) {
    const length = (data[at + 1] ?? 0) | ((data[at + 2] ?? 0) << 8);
    parts.push(...data.subarray(at + 5, at + 5 + length));
    const isLast = data[at] === 1;
    at += 5 + length;
    if (isLast) break;
  }
  return decoder.decode(Uint8Array.from(parts));
}
