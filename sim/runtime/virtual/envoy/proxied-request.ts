import { EOF, HttpCall, type HttpResult, RESET } from '../network/http-call.ts';
import { HttpResponse } from '../network/http-response.ts';
import type { Server } from '../network/server.ts';
import type { AccessLog, LoggedRequest } from './access-log.ts';
import type { EnvoyCluster } from './envoy-config.ts';
import { headerOf, type RouteMatch } from './envoy-routes.ts';
import type { ProxyState } from './proxy-state.ts';
import { connectUpstream, type Upstream } from './upstream.ts';
import { UpstreamRequest } from './upstream-request.ts';

const CLOCK_SKEW_MS = 5;
/** From the app's close to Envoy's knowledge of it. */
const CLOSING_MS = 0.5;

/** One request on its way through the proxy. */
export class ProxiedRequest {
  readonly #proxy: ProxyState;
  readonly #call: HttpCall;
  readonly #accessLog: AccessLog | undefined;
  readonly #startedAt: number;
  #cluster: string | undefined;
  #host: string | undefined;
  #over = false;

  constructor(proxy: ProxyState, call: HttpCall, accessLog: AccessLog | undefined) {
    this.#proxy = proxy;
    this.#call = call;
    this.#accessLog = accessLog;
    this.#startedAt = proxy.process.clock.now();
  }

  /** An answer of Envoy's own. */
  local(
    status: number,
    body: string,
    flags: string,
    details: string,
    added: readonly (readonly [string, string])[] = [],
  ): void {
    const headers = body === '' ? [] : ([['content-type', 'text/plain'], ...added] as const);
    const response = new HttpResponse({ status, body, headers }, this.#proxy.wallNow()).via([['server', 'envoy']]);
    this.#end(response, { status, flags, details, bytes: body.length });
  }

  /** The cluster of its route, where it does not come so far. */
  meantFor(cluster: string): void {
    this.#cluster = cluster;
  }

  forward(cluster: EnvoyCluster, { route, target }: RouteMatch): void {
    const { process } = this.#proxy;
    const call = this.#call;
    const upstream = connectUpstream(this.#proxy, cluster, call);
    this.#cluster = cluster.name;
    if (upstream.server === 'no-host') {
      this.local(503, 'no healthy upstream', 'UH', 'no_healthy_upstream');
      return;
    }
    this.#host = upstream.host;
    if (typeof upstream.server === 'string') {
      if (upstream.server === 'refused') this.#connectFailed();
      else process.clock.setTimeout(() => this.#connectFailed(), 5000);
      return;
    }
    const request = new UpstreamRequest(call.request, target, route, process);
    let timer: ReturnType<typeof process.clock.setTimeout> | undefined;
    const { server } = upstream;
    let outgoing: HttpCall | undefined;
    let leave: (() => void) | undefined;
    leave = this.#proxy.breakers.enter(cluster, () => {
      outgoing = this.#send(cluster, server, upstream, request, () => {
        process.clock.clearTimeout(timer);
        leave?.();
      });
    });
    if (leave === undefined) this.#overflow();
    else if (this.#over) leave();
    if (this.#over) return;
    process.calls.add(this);
    const drop = () => {
      process.clock.clearTimeout(timer);
      process.calls.delete(this);
      outgoing?.abandon();
      leave?.();
    };
    call.onGone = () => {
      drop();
      this.#log(0, 'DC', 'downstream_remote_disconnect', 0, undefined);
    };
    if (route.timeoutMs > 0) {
      timer = process.clock.setTimeout(() => {
        const stalled = outgoing?.stalled;
        drop();
        if (stalled !== undefined) call.end(RESET);
        else this.local(504, 'upstream request timeout', 'UT', 'response_timeout');
      }, route.timeoutMs + this.#timerSkew());
    }
  }

  /** Over a connection to the host that is there, or one of its own. */
  #send(
    cluster: EnvoyCluster,
    server: Server,
    upstream: Upstream,
    request: UpstreamRequest,
    over: () => void,
  ): HttpCall {
    const { ip, port, tls, host } = upstream;
    const { pool } = this.#proxy;
    // Plain connections have no handshake to be spared: they matter where the app closes them by itself.
    const pooled = tls !== undefined || server.idleTimeoutMs !== undefined;
    const outgoing = new HttpCall({ tls: tls !== undefined, request, ip, port }, (result) => {
      if (pooled && result.kind === 'response') pool.keep(cluster, host, server, this.#proxy.process.clock.now());
      else if (pooled) pool.drop(cluster, host);
      over();
      this.#call.delayMs += outgoing.delayMs;
      this.#answered(result, tls !== undefined);
    });
    outgoing.hops = this.#call.hops + 1;
    outgoing.clientTls = tls;
    outgoing.established = tls !== undefined && pool.has(cluster, host, server);
    if (this.#meetsItsEnd(cluster, host, server)) outgoing.end(EOF);
    else server.http(outgoing);
    return outgoing;
  }

  /** The proxy died with the request in its hands. */
  end(): void {
    this.#call.end(RESET);
  }

  /**
   * A probe's time-out and its route's are equal: in a real Envoy either comes first, about half and half. A little
   * earlier, and its answer still reaches the client in time.
   */
  #timerSkew(): number {
    // Where a request loops, the proxy's first sight of it is the first to give up.
    if (this.#call.hops > 0) return 2 + this.#call.hops;
    return this.#proxy.process.world.random.next() < 0.5 ? -5 : 2;
  }

  /**
   * True if the connection is closed by the app while the request is on its way: both were waiting for the same moment.
   * Neither's clock is better than a few milliseconds.
   */
  #meetsItsEnd(cluster: EnvoyCluster, host: string, server: Server): boolean {
    const { pool, process } = this.#proxy;
    if (server.idleTimeoutMs === undefined) return false;
    const lastUsed = pool.lastUsed(cluster, host, server);
    if (lastUsed === undefined) return false;
    const early = server.idleTimeoutMs - (process.clock.now() - lastUsed);
    if (Math.abs(early) > CLOCK_SKEW_MS + CLOSING_MS) return false;
    const skew = (process.world.random.next() * 2 - 1) * CLOCK_SKEW_MS;
    return Math.abs(early - skew) < CLOSING_MS;
  }

  /** The cluster's circuit breakers have no room for it. */
  #overflow(): void {
    this.#reset(503, 'overflow', 'UO', 'upstream_reset_before_response_started{overflow}', [
      ['x-envoy-overloaded', 'true'],
    ]);
  }

  #connectFailed(): void {
    const details =
      'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}';
    this.#reset(503, 'remote connection failure', 'UF', details);
  }

  #answered(result: HttpResult, overTls: boolean): void {
    this.#proxy.process.calls.delete(this);
    if (result.kind === 'response') {
      // Until the answer is here one response time passes, which the client's transport adds at the end.
      const time = this.#proxy.process.clock.now() - this.#startedAt + this.#proxy.process.world.latencies.response;
      const length =
        typeof result.reply.body === 'string' ? result.reply.body.length : (result.reply.body?.length ?? 0);
      const response = result.via([
        ['x-envoy-upstream-service-time', String(Math.round(time))],
        ['server', 'envoy'],
      ]);
      this.#end(response, { status: result.status, flags: '-', details: 'via_upstream', bytes: length, time });
    } else if (overTls && result.cause === 'tls') {
      const cause = `remote connection failure|${result.detail ?? ''}`.replaceAll(' ', '_');
      this.#reset(503, 'remote connection failure', 'UF', `upstream_reset_before_response_started{${cause}}`);
    } else if (result.cause === 'malformed' || result.cause === 'tls') {
      this.#reset(502, 'protocol error', 'UPE', 'upstream_reset_before_response_started{protocol_error}');
    } else if (result.cause === 'refused') this.#connectFailed();
    else
      this.#reset(
        503,
        'connection termination',
        'UC',
        'upstream_reset_before_response_started{connection_termination}',
      );
  }

  #reset(
    status: number,
    reason: string,
    flags: string,
    details: string,
    added?: readonly (readonly [string, string])[],
  ): void {
    const body = `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`;
    this.local(status, body, flags, details, added);
  }

  #end(
    response: HttpResponse,
    facts: { status: number; flags: string; details: string; bytes: number; time?: number },
  ): void {
    if (this.#over) return;
    this.#over = true;
    const { slowMs, process } = this.#proxy;
    this.#log(facts.status, facts.flags, facts.details, facts.bytes, facts.time);
    this.#call.delayMs += process.world.latencies.proxyHop + slowMs;
    this.#call.end(response);
  }

  #log(code: number, flags: string, details: string, bytesSent: number, time: number | undefined): void {
    if (this.#accessLog === undefined) return;
    const { request, clientTls } = this.#call;
    const entry: LoggedRequest = {
      // A request that an Envoy has rewritten before, maybe this one, brings its first path along.
      path: headerOf(request, 'x-envoy-original-path') ?? request.target,
      method: request.method,
      authority: headerOf(request, 'host') ?? '',
      userAgent: headerOf(request, 'user-agent') ?? '',
      protocol: 'HTTP/1.1',
      code,
      details,
      flags,
      startMs: this.#proxy.process.world.clock.epochMs + this.#startedAt,
      durationMs: Math.round(this.#proxy.process.clock.now() - this.#startedAt + (time === undefined ? 0 : 1)),
      bytesSent,
      ...(clientTls === undefined ? {} : { serverName: clientTls.sni }),
      ...(this.#cluster === undefined ? {} : { cluster: this.#cluster }),
      ...(this.#host === undefined ? {} : { host: this.#host }),
      ...(time === undefined ? {} : { serviceTime: Math.round(time) }),
    };
    this.#proxy.process.write('stdout', `${this.#accessLog(entry)}\n`);
  }
}
