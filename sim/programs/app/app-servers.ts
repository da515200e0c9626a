import type { GrpcHealthStatus, HttpExchange, HttpReply, Listener, ProgramHost, TcpConnection } from '../host.ts';
import type { GrpcHealthDescription, RouteBehaviour, ServerDescription } from './description.ts';
import { RouteTable } from './route-table.ts';
import { behaviourAt, edges, holds } from './windows.ts';

/** What a server asks of the app it belongs to. */
export interface AppState {
  readonly host: ProgramHost;
  /** Run time of the process's start. */
  readonly startedAt: number;
  /** Paths that answer 503 since SIGTERM. */
  readonly unready: ReadonlySet<string>;
  /** A port could not be bound. */
  bindFailed(server: ServerDescription, error: string): void;
  /** A port was opened. */
  listening(): void;
  /** A request is in progress (1), or has its answer (-1). */
  inProgress(change: 1 | -1): void;
  /** True if the app itself answers this request. */
  intercept(exchange: HttpExchange, path: string): boolean;
}

/** One port of a described app: opens and closes in its windows, answers as described now. */
export class AppServer {
  readonly #app: AppState;
  #description: ServerDescription;
  #routes: RouteTable | undefined;
  #listener: Listener | undefined;
  #stopped = false;

  constructor(app: AppState, description: ServerDescription, defaultStartup: number) {
    this.#app = app;
    this.#description = description;
    this.#routes = tableOf(description);
    const startup = description.startup ?? defaultStartup;
    if (startup > 0) app.host.clock.setTimeout(() => this.#begin(), startup);
    else this.#begin();
  }

  get description(): ServerDescription {
    return this.#description;
  }

  /** Behaves differently from now on. */
  change(description: ServerDescription): void {
    const windowsChanged = description.listening !== this.#description.listening;
    this.#description = description;
    this.#routes = tableOf(description);
    if (windowsChanged) this.#adjust();
  }

  /** Closes its port for good; requests in progress go on. */
  stop(): void {
    this.#stopped = true;
    this.#listener?.close();
    this.#listener = undefined;
  }

  #begin(): void {
    const since = this.#sinceStart();
    for (const at of edges(this.#description.listening ?? [])) {
      if (at > since) this.#app.host.clock.setTimeout(() => this.#adjust(), at - since);
    }
    this.#adjust();
  }

  #sinceStart(): number {
    return this.#app.host.clock.now() - this.#app.startedAt;
  }

  #adjust(): void {
    if (this.#stopped) return;
    const windows = this.#description.listening;
    const open = windows === undefined || windows.some((window) => holds(window, this.#sinceStart()));
    if (open && this.#listener === undefined) {
      this.#listener = this.#listen();
      this.#app.listening();
    } else if (!open && this.#listener !== undefined) {
      this.#listener.close();
      this.#listener = undefined;
    }
  }

  #listen(): Listener {
    const { host } = this.#app;
    const { port, address, protocol, idleTimeout } = this.#description;
    const place = { port, ...(address === undefined ? {} : { address }) };
    const onError = (error: string) => this.#app.bindFailed(this.#description, error);
    if (protocol === 'tcp')
      return host.listenTcp(place, { onConnection: (connection) => this.#connected(connection), onError });
    if (protocol === 'grpc') return host.listenGrpc(place, { onHealthCheck: (call) => this.#check(call), onError });
    const idle = idleTimeout === undefined ? {} : { idleTimeoutMs: idleTimeout };
    return host.listenHttp({ ...place, ...idle, tls: protocol === 'https', onError }, (exchange) =>
      this.#serve(exchange),
    );
  }

  #serve(exchange: HttpExchange): void {
    const { method, target } = exchange.request;
    const path = target.split('?', 1)[0] ?? target;
    if (this.#app.intercept(exchange, path)) return;
    if (this.#app.unready.has(path)) {
      exchange.reply(UNREADY);
      return;
    }
    if (this.#routes === undefined) {
      exchange.reply(OK);
      return;
    }
    const route = this.#routes.find(method, target);
    if (route === undefined) exchange.reply(NOT_FOUND);
    else this.#answer(exchange, behaviourAt(route, this.#sinceStart()));
  }

  #answer(exchange: HttpExchange, behaviour: RouteBehaviour): void {
    if (behaviour.hang) return;
    if (!behaviour.delay) {
      finish(exchange, behaviour);
      return;
    }
    this.#app.inProgress(1);
    this.#app.host.clock.setTimeout(() => {
      finish(exchange, behaviour);
      this.#app.inProgress(-1);
    }, behaviour.delay);
  }

  #connected(connection: TcpConnection): void {
    const kind = this.#description.connection;
    if (kind === 'close') connection.close();
    else if (kind === 'reset') connection.reset();
  }

  #check(call: {
    service: string;
    respond(status: GrpcHealthStatus): void;
    fail(code: string, message: string): void;
  }): void {
    const { health } = this.#description;
    const entry: GrpcHealthDescription | undefined = health === undefined ? {} : health[call.service];
    if (entry === undefined) call.fail('NotFound', 'unknown service');
    else if (entry.hang) return;
    else if (entry.delay) this.#app.host.clock.setTimeout(() => conclude(call, entry), entry.delay);
    else conclude(call, entry);
  }
}

const OK: HttpReply = { status: 200, body: 'ok' };
const UNREADY: HttpReply = { status: 503, body: 'shutting down\n' };
const NOT_FOUND: HttpReply = { status: 404, body: '404 page not found\n' };

function tableOf(description: ServerDescription): RouteTable | undefined {
  return description.routes === undefined ? undefined : new RouteTable(description.routes);
}

/** Replies are made once a behaviour: a probe asks for the same one thousands of times. */
const replies = new WeakMap<RouteBehaviour, HttpReply>();

function replyOf(behaviour: RouteBehaviour): HttpReply {
  const known = replies.get(behaviour);
  if (known !== undefined) return known;
  const status = behaviour.status ?? 200;
  const reply: HttpReply = {
    status,
    body: behaviour.body ?? (status < 400 ? 'ok' : `error: ${status}\n`),
    ...(behaviour.headers === undefined ? {} : { headers: Object.entries(behaviour.headers) }),
    ...(behaviour.truncate ? { truncateBody: true } : {}),
  };
  replies.set(behaviour, reply);
  return reply;
}

function finish(exchange: HttpExchange, behaviour: RouteBehaviour): void {
  if (behaviour.reset) exchange.reset();
  else if (behaviour.close) exchange.close();
  else exchange.reply(replyOf(behaviour));
}

function conclude(
  call: { respond(status: GrpcHealthStatus): void; fail(code: string, message: string): void },
  entry: GrpcHealthDescription,
): void {
  if (entry.code === undefined) call.respond(entry.status ?? 'SERVING');
  else call.fail(entry.code, entry.message ?? '');
}
