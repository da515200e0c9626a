import type { ProgramHost, UdpSocket } from '../host.ts';
import { HostReactor, type ServerList } from './host-reactor.ts';
import { callable, type KnownInstance, type NamingClient, type OwnInstance } from './naming-client.ts';
import { SdkHttp } from './sdk-http.ts';

const API = '/nacos/v1/ns';
const FIRST_BEAT = 10_000;
/** After a heartbeat that failed. */
const FAILED_BEAT = 5000;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** How the client is made. */
export interface NodeSdkOptions {
  servers: readonly string[];
  /** Own address; default the pod's. */
  clientIP?: string;
  /** Added to every wait, ms: a busy process. `timer`: `beat`, or `poll CLUSTERS`. Default 0. */
  timerJitter?(timer: string): number;
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
  readonly #reactor: HostReactor;
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
    this.#reactor = new HostReactor({
      clock: host.clock,
      jitter: (clusters) => this.#jitter(`poll ${clusters}`),
      query: (service, clusters, push, done) => this.#queryList(service, clusters, push, done),
    });
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

  /** `subscribe(name, listener)`: hardly ever called with an empty list. */
  subscribe(service: string, listener: (hosts: readonly KnownInstance[]) => void): void {
    this.#whenReady(() => this.#reactor.subscribe(grouped(service), 'DEFAULT', listener));
  }

  /** `getAllInstances` (unhealthy ones, too), which subscribes under another key than `subscribe`. */
  getAllInstances(service: string, done: (hosts: readonly KnownInstance[]) => void): void {
    this.#whenReady(() => this.#reactor.get(grouped(service), '', done));
  }

  /** `selectInstances(name)`: the healthy ones. */
  selectInstances(service: string, done: (hosts: readonly KnownInstance[]) => void): void {
    this.getAllInstances(service, (hosts) => done(callable(hosts)));
  }

  /** `selectInstances(…, subscribe=false)`: asks the server each time; fails if it cannot. */
  queryInstances(service: string, done: (hosts: readonly KnownInstance[] | undefined, error?: string) => void): void {
    this.#reactor.query(grouped(service), '', (hosts, error) => done(hosts && callable(hosts), error));
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
    this.#reactor.close();
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
    }, this.#beatInterval + this.#jitter('beat'));
  }

  #jitter(timer: string): number {
    return this.#options.timerJitter?.(timer) ?? 0;
  }

  #beat(serviceName: string, { ip, port, metadata = {} }: OwnInstance, answered: () => void): void {
    const beat = JSON.stringify({ serviceName, ip, port, cluster: 'DEFAULT', weight: 1, metadata, scheduled: true });
    this.http.call('PUT', `${API}/instance/beat`, { beat, serviceName }, (answer) => {
      if (!answer.ok) {
        this.#host.write('stderr', `Error: [CLIENT-BEAT] failed to send beat: ${beat}\n`);
      }
      const said = answer.ok
        ? (JSON.parse(answer.body) as { clientBeatInterval?: number }).clientBeatInterval
        : undefined;
      this.#beatInterval = said || FAILED_BEAT;
      answered();
    });
  }

  #whenReady(work: () => void): void {
    if (this.#udpPort === 0) this.#waitingForPort.push(work);
    else work();
  }

  #queryList(
    serviceName: string,
    clusters: string,
    push: boolean,
    done: (list: ServerList | undefined, error?: string) => void,
  ): void {
    const udpPort = push && this.#options.udp !== false ? this.#udpPort : 0;
    const place = { udpPort: String(udpPort), clientIP: this.#clientIP, healthyOnly: 'false' };
    this.http.call('GET', `${API}/instance/list`, { serviceName, clusters, ...place }, (answer) => {
      if (answer.ok) done(JSON.parse(answer.body) as ServerList);
      else done(undefined, answer.error);
    });
  }

  #pushed(data: Uint8Array, reply: (data: Uint8Array) => void): void {
    const push = JSON.parse(plain(data)) as { type: string; data: string; lastRefTime: number };
    reply(encoder.encode(JSON.stringify({ type: 'push-ack', lastRefTime: push.lastRefTime, data: '' })));
    if (push.type === 'dom') this.#reactor.receive(JSON.parse(push.data) as ServerList);
  }
}

function grouped(service: string): string {
  return service.includes('@@') ? service : `DEFAULT_GROUP@@${service}`;
}

function beatKey(service: string, { ip, port }: OwnInstance): string {
  return `${grouped(service)}#${ip}#${port}`;
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
