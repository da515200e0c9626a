import type { ProgramHost, TcpConnection } from '../host.ts';
import type { KnownInstance, NamingClient, OwnInstance } from './naming-client.ts';

const PING = 5000;
const RECONNECT = 3000;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A service somebody watches, with what was pushed last. */
interface Watched {
  instances: readonly KnownInstance[] | undefined;
  listeners: ((instances: readonly KnownInstance[]) => void)[];
}

/**
 * A 2.x client, as Spring Cloud Alibaba has it: one connection, no heartbeats; what it registered goes with the
 * connection, and comes back when it connects again. Its frames are our own server's, not gRPC's.
 */
export class ConnectionClient implements NamingClient {
  readonly #host: ProgramHost;
  readonly #address: { host: string; port: number };
  readonly #answers = new Map<number, (error?: string) => void>();
  readonly #registered = new Map<string, { service: string; instance: OwnInstance }>();
  readonly #watched = new Map<string, Watched>();
  readonly #queue: (() => void)[] = [];
  #connection: TcpConnection | undefined;
  #id = 0;

  /** `server`: `host:port` of its HTTP API; the connection goes to the port + 1000. */
  constructor(host: ProgramHost, server: string) {
    this.#host = host;
    const [name = '', port = '8848'] = server.split(':');
    this.#address = { host: name, port: Number(port) + 1000 };
    this.#connect();
    this.#pingLater();
  }

  register(service: string, instance: OwnInstance, done: (error?: string) => void): void {
    this.#registered.set(key(service, instance), { service, instance });
    this.#whenConnected(() => this.#ask({ op: 'register', service: grouped(service), instance: full(instance) }, done));
  }

  deregister(service: string, instance: OwnInstance, done: (error?: string) => void): void {
    this.#registered.delete(key(service, instance));
    if (this.#connection === undefined) done('not connected');
    else this.#ask({ op: 'deregister', service: grouped(service) }, done);
  }

  watch(service: string, changed: (instances: readonly KnownInstance[]) => void): void {
    const name = grouped(service);
    const watched = this.#watched.get(name) ?? { instances: undefined, listeners: [] };
    this.#watched.set(name, watched);
    watched.listeners.push(changed);
    if (watched.instances !== undefined) changed(watched.instances);
    if (watched.listeners.length === 1) this.#subscribe(name);
  }

  #subscribe(service: string): void {
    this.#whenConnected(() => this.#ask({ op: 'subscribe', service }, () => {}));
  }

  #connect(): void {
    this.#host.dialTcp({ ...this.#address, timeoutMs: RECONNECT }, (outcome) => {
      if (outcome.kind !== 'connected') {
        this.#host.clock.setTimeout(() => this.#connect(), RECONNECT);
        return;
      }
      const { connection } = outcome;
      this.#connection = connection;
      let text = '';
      connection.onData((data) => {
        text += decoder.decode(data);
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) this.#read(line);
      });
      connection.onClose(() => this.#lost(connection));
      for (const work of this.#queue.splice(0)) work();
    });
  }

  #lost(connection: TcpConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    for (const answer of this.#answers.values()) answer('connection lost');
    this.#answers.clear();
    for (const { service, instance } of this.#registered.values()) this.register(service, instance, () => {});
    for (const service of this.#watched.keys()) this.#subscribe(service);
    this.#host.clock.setTimeout(() => this.#connect(), RECONNECT);
  }

  #whenConnected(work: () => void): void {
    if (this.#connection === undefined) this.#queue.push(work);
    else work();
  }

  #ask(request: object, done: (error?: string) => void): void {
    const id = ++this.#id;
    this.#answers.set(id, done);
    this.#connection?.send(encoder.encode(`${JSON.stringify({ id, ...request })}\n`));
  }

  #read(line: string): void {
    const message = JSON.parse(line) as {
      id?: number;
      error?: string;
      push?: { name: string; groupName: string; hosts: readonly KnownInstance[] };
    };
    if (message.push !== undefined) this.#pushed(message.push.name, message.push.hosts);
    if (message.id === undefined) return;
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    answer?.(message.error);
  }

  #pushed(service: string, instances: readonly KnownInstance[]): void {
    const watched = this.#watched.get(service);
    if (watched === undefined) return;
    watched.instances = instances;
    for (const listener of watched.listeners) listener(instances);
  }

  #pingLater(): void {
    this.#host.clock.setTimeout(() => {
      if (this.#connection !== undefined) this.#ask({ op: 'ping' }, () => {});
      this.#pingLater();
    }, PING);
  }
}

function full({ ip, port, metadata = {} }: OwnInstance) {
  return {
    ip,
    port,
    cluster: 'DEFAULT',
    weight: 1,
    enabled: true,
    healthy: true,
    ephemeral: true,
    metadata,
    withId: false,
  };
}

function grouped(service: string): string {
  return service.includes('@@') ? service : `DEFAULT_GROUP@@${service}`;
}

function key(service: string, { ip, port }: OwnInstance): string {
  return `${grouped(service)}#${ip}#${port}`;
}
