import type { AdsHandler, AdsListenOptions } from '../ads.ts';
import type { AppPatch, RouteBehaviour } from '../app/description.ts';
import type { HttpExchange, HttpHandler, Listener, ProgramHost } from '../host.ts';

/** A port of a program of the control plane. */
export interface SteeredServer {
  port: number;
  /** `ads`: gRPC under TLS, a port that accepts. */
  protocol: 'http' | 'https' | 'ads';
  handler?: HttpHandler;
  /** The oldest TLS that an `https` port accepts. Default: 1.2. */
  tlsMin?: '1.3';
  /** Of an `ads` port: who gets its streams. */
  onStream?: AdsHandler['onStream'];
}

interface Entry {
  server: SteeredServer;
  listener: Listener | undefined;
  /** By path, `*` for every path: what a scenario's step made it answer. */
  behaviours: Map<string, RouteBehaviour>;
}

/**
 * The ports of a program that a scenario's `app` step can close, open, and make answer otherwise: the same fields as of
 * a described app. `status: 200` without a body gives a path back to the program.
 */
export class SteeredServers {
  readonly #host: ProgramHost;
  readonly #entries: Entry[] = [];
  readonly #bindFailed: (port: number, error: string) => void;
  #adsTls: AdsListenOptions['tls'];

  constructor(host: ProgramHost, bindFailed: (port: number, error: string) => void) {
    this.#host = host;
    this.#bindFailed = bindFailed;
  }

  /** Adds a port and listens on it, or (`listening: false`) waits for a step to open it. */
  open(server: SteeredServer, options: { listening?: boolean } = {}): void {
    const entry: Entry = { server, listener: undefined, behaviours: new Map() };
    this.#entries.push(entry);
    if (options.listening !== false) this.#listen(entry);
  }

  listens(port: number): boolean {
    return this.#entries.some(({ server, listener }) => server.port === port && listener !== undefined);
  }

  /** What the ADS port proves itself with from now on: it is opened anew, if it is open. */
  useCertificate(tls: NonNullable<AdsListenOptions['tls']>): void {
    this.#adsTls = tls;
    for (const entry of this.#entries) {
      if (entry.server.protocol !== 'ads' || entry.listener === undefined) continue;
      entry.listener.close();
      this.#listen(entry);
    }
  }

  /** Carries out the part of a step that is about servers, files or the process itself. */
  change(patch: AppPatch): void {
    for (const entry of this.#entries) {
      if (patch.server === undefined || patch.server === entry.server.port) this.#changeServer(entry, patch);
    }
    if (patch.die !== undefined) this.#host.die(patch.die);
    else if (patch.exit !== undefined) this.#host.exit(patch.exit);
  }

  #changeServer(entry: Entry, patch: AppPatch): void {
    if (patch.listening === false) {
      entry.listener?.close();
      entry.listener = undefined;
    } else if (patch.listening === true && entry.listener === undefined) this.#listen(entry);
    const { status, body, headers, delay, hang, reset, close, truncate } = patch;
    const behaviour: RouteBehaviour = { status, body, headers, delay, hang, reset, close, truncate } as RouteBehaviour;
    const given = Object.values(behaviour).filter((value) => value !== undefined && value !== false);
    if (given.length === 0) return;
    const path = patch.path ?? '*';
    if (given.length === 1 && status === 200) entry.behaviours.delete(path);
    else entry.behaviours.set(path, behaviour);
  }

  #listen(entry: Entry): void {
    const { port, protocol, tlsMin } = entry.server;
    const onError = (error: string) => this.#bindFailed(port, error);
    const { onStream } = entry.server;
    if (protocol === 'ads' && onStream !== undefined && this.#host.listenAds !== undefined) {
      const tls = this.#adsTls === undefined ? {} : { tls: this.#adsTls };
      entry.listener = this.#host.listenAds({ port, ...tls }, { onStream, onError });
      return;
    }
    if (protocol === 'ads') {
      const onHealthCheck: Parameters<ProgramHost['listenGrpc']>[1]['onHealthCheck'] = (call) =>
        call.fail('Unimplemented', 'unknown service grpc.health.v1.Health');
      entry.listener = this.#host.listenGrpc({ port, tls: true }, { onHealthCheck, onError });
      return;
    }
    const tls = { tls: protocol === 'https', ...(tlsMin === undefined ? {} : { tlsMin }) };
    entry.listener = this.#host.listenHttp({ port, ...tls, onError }, (exchange) => this.#answer(entry, exchange));
  }

  #answer({ server, behaviours }: Entry, exchange: HttpExchange): void {
    const path = exchange.request.target.split('?', 1)[0] ?? '';
    const behaviour = behaviours.get(path) ?? behaviours.get('*');
    if (behaviour === undefined) server.handler?.(exchange);
    else if (behaviour.delay)
      this.#host.clock.setTimeout(() => this.#behave(behaviour, server, exchange), behaviour.delay);
    else this.#behave(behaviour, server, exchange);
  }

  #behave(behaviour: RouteBehaviour, server: SteeredServer, exchange: HttpExchange): void {
    const { status, body, headers, hang, reset, close, truncate } = behaviour;
    if (hang) return;
    if (reset) exchange.reset();
    else if (close) exchange.close();
    else if (status === undefined && body === undefined && !truncate) server.handler?.(exchange);
    else {
      exchange.reply({
        status: status ?? 200,
        headers: Object.entries(headers ?? {}),
        ...(body === undefined ? {} : { body }),
        ...(truncate ? { truncateBody: true } : {}),
      });
    }
  }
}
