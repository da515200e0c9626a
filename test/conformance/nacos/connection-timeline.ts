import type { ClientOutcome, TcpConnection } from '../../../sim/programs/host.ts';
import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import { type Recording, type Seen, viewOf } from './recording.ts';
import { createReplayServer, NACOS_PORT } from './replay-server.ts';

/** A JVM's shutdown hooks, from SIGTERM to the end of its process. */
const JVM_EXIT = 330;
/** A client whose connection was dropped while it stood still finds out and registers again. */
const RECONNECT = 3000;
const PING_INTERVAL = 5000;

/** A timeline of 2.x clients, one publisher and one subscriber, each a connection. */
export function playConnections(recording: Recording, options: NacosServerOptions): Seen[] {
  const server = createReplayServer(options);
  const base = server.clock.now() + 20_000;
  const service = `DEFAULT_GROUP@@${recording.service}`;
  const seen: Seen[] = [];
  const now = () => server.clock.now() - base;
  const at = (t: number, work: () => void) =>
    void server.clock.setTimeout(work, Math.max(0, base + t - server.clock.now()));
  const see = (k: string, view: string) => {
    if (seen.findLast((item) => item.k === k)?.view !== view) seen.push({ t: now(), k, view });
  };
  const when = (k: string, v: string) => recording.events.find((event) => event.k === k && event.v === v)?.t;

  const publisher = new LineClient(server);
  const subscriber = new LineClient(server);
  const instance = {
    ip: '10.244.9.1',
    port: 8080,
    cluster: 'DEFAULT',
    weight: 1,
    enabled: true,
    healthy: true,
    ephemeral: true,
    metadata: {},
    withId: false,
  };
  const register = () => publisher.send({ op: 'register', service, instance });
  subscriber.onPush = (hosts) => see('notify', viewOf(hosts));
  at((when('subscriber', 'subscribed') ?? -3000) - 8, () =>
    subscriber.open(() => subscriber.send({ op: 'subscribe', service })),
  );
  at((when('publisher', 'registered') ?? -3000) - 8, () => publisher.open(register));
  for (const { t, k, v = '' } of recording.events) {
    if (k === 'action') actOf(v)(t);
    if (k === 'publisher' && v === 'cmd dereg') at(t, () => publisher.send({ op: 'deregister', service }));
    if (k === 'publisher' && v === 'cmd reg') at(t, register);
    if (k === 'publisher' && v === 'cmd shut') at(t, () => publisher.close());
  }
  /** What is done to the publisher's process; a script of commands shows by what the publisher says of each. */
  function actOf(action: string): (t: number) => void {
    if (/^(?:kill -9|SIGKILL)\b/.test(action)) return (t) => at(t, () => publisher.close());
    if (/^(?:kill -15|kill|SIGTERM)\b/.test(action)) return (t) => at(t + JVM_EXIT, () => publisher.close());
    if (/^(?:kill -STOP|SIGSTOP)\b/.test(action)) return (t) => at(t, () => publisher.freeze());
    if (/^(?:kill -CONT|SIGCONT)\b/.test(action))
      return (t) => at(t, () => publisher.thaw(() => at(t + RECONNECT, () => publisher.open(register))));
    if (/^(?:(?:dereg|reg|shut|sleep[\d.]*)(?:;|$))+$/.test(action)) return () => {};
    throw new Error(`no way to play "${action}"`);
  }
  const first = recording.events.find(({ k }) => k === 'http-list')?.t ?? 0;
  const last = Math.max(...recording.events.map(({ t }) => t)) + 150;
  for (let t = first; t < last; t += 20) {
    at(t, () =>
      server.send(
        { method: 'GET', path: '/nacos/v1/ns/instance/list', query: { serviceName: recording.service ?? '' } },
        (outcome) => see('http-list', listed(outcome)),
      ),
    );
  }
  server.clock.runUntil(base + last);
  return seen;
}

/** Speaks the stand-in for the 2.x protocol. */
class LineClient {
  onPush: ((hosts: Parameters<typeof viewOf>[0]) => void) | undefined;
  readonly #server: ReturnType<typeof createReplayServer>;
  #connection: TcpConnection | undefined;
  #frozen = false;
  #dropped = false;
  #id = 0;

  constructor(server: ReturnType<typeof createReplayServer>) {
    this.#server = server;
  }

  open(done: () => void): void {
    this.#server.host.dialTcp({ host: '127.0.0.1', port: NACOS_PORT + 1000 }, (outcome) => {
      if (outcome.kind !== 'connected') throw new Error(outcome.cause);
      const { connection } = outcome;
      this.#connection = connection;
      this.#dropped = false;
      connection.onData((data) => this.#read(new TextDecoder().decode(data)));
      connection.onClose(() => {
        this.#dropped = true;
      });
      this.#ping(connection);
      done();
    });
  }

  send(request: object): void {
    this.#connection?.send(new TextEncoder().encode(`${JSON.stringify({ id: ++this.#id, ...request })}\n`));
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  freeze(): void {
    this.#frozen = true;
  }

  /** `dropped`: what to do if the connection is gone meanwhile. */
  thaw(dropped: () => void): void {
    this.#frozen = false;
    if (this.#dropped) dropped();
  }

  #read(text: string): void {
    for (const line of text.split('\n').filter((part) => part !== '')) {
      const message = JSON.parse(line) as { push?: { hosts: Parameters<typeof viewOf>[0] } };
      if (message.push !== undefined) this.onPush?.(message.push.hosts);
    }
  }

  #ping(connection: TcpConnection): void {
    this.#server.clock.setTimeout(() => {
      if (this.#connection !== connection || this.#dropped) return;
      if (!this.#frozen) this.send({ op: 'ping' });
      this.#ping(connection);
    }, PING_INTERVAL);
  }
}

function listed(outcome: ClientOutcome): string {
  if (outcome.kind !== 'response') return outcome.cause;
  return viewOf((JSON.parse(new TextDecoder().decode(outcome.body)) as { hosts: Parameters<typeof viewOf>[0] }).hosts);
}
