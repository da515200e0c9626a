import type { TcpConnection } from '../../../programs/host.ts';
import { EOF, HttpCall, RESET } from '../network/http-call.ts';
import type { GrpcCall } from '../network/server.ts';
import type { AccessLog } from './access-log.ts';
import type { ProxyState } from './proxy-state.ts';
import { connectUpstream } from './upstream.ts';

/**
 * Envoy's tcp_proxy: it accepts, then connects to its cluster and passes on what comes, TLS included. If it cannot
 * connect, the client sees its connection end: a FIN or a reset, both were observed.
 */
export class EnvoyTcpProxy {
  readonly #proxy: ProxyState;
  readonly #cluster: string;
  readonly #accessLog: AccessLog | undefined;

  constructor(proxy: ProxyState, cluster: string, accessLog: AccessLog | undefined) {
    this.#proxy = proxy;
    this.#cluster = cluster;
    this.#accessLog = accessLog;
  }

  http(call: HttpCall): void {
    const upstream = this.#connect(call);
    if (upstream === undefined || typeof upstream.server === 'string') {
      this.#log('UF,URX', upstream?.host);
      call.end(this.#proxy.process.world.random.next() < 0.5 ? EOF : RESET);
      return;
    }
    const { ip, port, tls } = upstream;
    const outgoing = new HttpCall({ tls: call.tls || tls !== undefined, request: call.request, ip, port }, (result) => {
      this.#log('-', upstream.host);
      call.delayMs += outgoing.delayMs + this.#proxy.process.world.latencies.proxyHop + this.#proxy.slowMs;
      call.end(result);
    });
    outgoing.hops = call.hops + 1;
    outgoing.clientTls = tls ?? call.clientTls;
    outgoing.tlsMax = call.tlsMax;
    upstream.server.http(outgoing);
    call.secured = outgoing.secured;
    if (outgoing.open) call.onGone = () => outgoing.abandon();
  }

  grpc(call: GrpcCall): void {
    const upstream = this.#connect(call);
    if (upstream !== undefined && typeof upstream.server !== 'string') upstream.server.grpc(call);
  }

  tcp(connection: TcpConnection, original: { ip: string; port: number }): void {
    const upstream = this.#connect(original);
    if (upstream === undefined || typeof upstream.server === 'string') {
      this.#log('UF,URX', upstream?.host);
      connection.close();
    } else upstream.server.tcp(connection);
  }

  #connect(original: { ip: string; port: number }) {
    const cluster = this.#proxy.cluster(this.#cluster);
    return cluster === undefined ? undefined : connectUpstream(this.#proxy, cluster, original);
  }

  #log(flags: string, host: string | undefined): void {
    if (this.#accessLog === undefined) return;
    const startMs = this.#proxy.wallNow();
    const place = host === undefined ? {} : { cluster: this.#cluster, host };
    const line = this.#accessLog({ flags, startMs, durationMs: 1, bytesSent: 0, ...place });
    this.#proxy.process.write('stdout', `${line}\n`);
  }
}
