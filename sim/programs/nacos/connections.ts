import type { ProgramHost, TcpConnection } from '../host.ts';
import { NamingClient as Client, type NamingClient } from './client.ts';
import type { InstanceSettings } from './instance.ts';
import { toJson } from './java-json.ts';
import type { Naming } from './naming.ts';
import type { NacosProfile } from './profiles.ts';
import { NacosError, RuntimeFault } from './reply.ts';
import { type ServiceInfo, serviceInfoJson } from './service-info.ts';
import { parseGroupedName } from './service-name.ts';

/** From a connection's end to its instances' going: the server's event queue. */
const CLOSED_DELAY = 30;

/** One line of the connection: what a 2.x client asks for. */
export interface ConnectionRequest {
  id: number;
  op: 'register' | 'deregister' | 'subscribe' | 'ping';
  service?: string;
  instance?: InstanceSettings;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Clients that live as long as their connection, as 2.x clients over gRPC do: no beats; the connection's end takes all
 * their instances away at once. The frames are JSON lines of our own: only our own client speaks them.
 */
export class Connections {
  readonly #host: Pick<ProgramHost, 'clock' | 'listenTcp'>;
  readonly #naming: Naming;
  readonly #profile: NacosProfile;
  readonly #open = new Map<string, TcpConnection>();
  #count = 0;

  constructor(host: Pick<ProgramHost, 'clock' | 'listenTcp'>, naming: Naming, profile: NacosProfile) {
    this.#host = host;
    this.#naming = naming;
    this.#profile = profile;
  }

  listen(port: number, onError: (error: string) => void): void {
    this.#host.listenTcp({ port }, { onConnection: (connection) => this.accept(connection), onError });
  }

  /** Tells a connected subscriber of a change. */
  push(client: NamingClient, info: ServiceInfo): void {
    const { clock } = this.#host;
    const push = serviceInfoJson(info, clock.epochMs + clock.now(), { groupName: true });
    this.#send(client, { push });
  }

  accept(connection: TcpConnection): void {
    const { clock } = this.#host;
    const id = `${clock.epochMs + clock.now()}_${connection.remoteAddress}_${++this.#count}`;
    const client = new Client(id, { ephemeral: true, connected: true, now: clock.now() });
    this.#naming.clients.set(id, client);
    this.#open.set(id, connection);
    let text = '';
    connection.onData((data) => {
      client.lastUpdated = clock.now();
      text += decoder.decode(data);
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#handle(client, line);
    });
    connection.onClose(() => this.#closed(client));
    this.#watch(client);
  }

  #handle(client: NamingClient, line: string): void {
    const request = parse(line);
    if (request === undefined) return;
    try {
      this.#perform(client, request);
      this.#send(client, { id: request.id, ok: true });
    } catch (error) {
      if (!(error instanceof NacosError || error instanceof RuntimeFault)) throw error;
      this.#send(client, { id: request.id, ok: false, error: error.message });
    }
  }

  #perform(client: NamingClient, { op, service: name = '', instance }: ConnectionRequest): void {
    const service = parseGroupedName('public', name);
    if (op === 'register' && instance !== undefined) this.#naming.register(service, instance, client);
    if (op === 'deregister') this.#naming.withdraw(client, service);
    if (op === 'subscribe') {
      this.#naming.subscribe(
        { service, ip: '', port: 0, agent: 'Nacos-Java-Client:v2.2.0', app: '', clusters: '' },
        client,
      );
      this.push(client, this.#naming.select(service, '', false));
    }
  }

  /** A peer that says nothing any more: some releases ask it and let go, others keep it for ever. */
  #watch(client: NamingClient): void {
    const limit = this.#profile.silentConnection;
    if (limit === undefined) return;
    const silent = this.#host.clock.now() - client.lastUpdated;
    if (!this.#open.has(client.id)) return;
    if (silent >= limit) {
      this.#open.get(client.id)?.reset();
      this.#closed(client);
    } else this.#host.clock.setTimeout(() => this.#watch(client), limit - silent);
  }

  #closed(client: NamingClient): void {
    if (!this.#open.delete(client.id)) return;
    this.#host.clock.setTimeout(() => this.#naming.disconnect(client), CLOSED_DELAY);
  }

  #send(client: NamingClient, message: unknown): void {
    this.#open.get(client.id)?.send(encoder.encode(`${toJson(message)}\n`));
  }
}

function parse(line: string): ConnectionRequest | undefined {
  try {
    return JSON.parse(line) as ConnectionRequest;
  } catch {
    return undefined;
  }
}
