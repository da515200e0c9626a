import type { TcpConnection } from '../../../programs/host.ts';
import { EOF, type HttpCall, RESET } from '../network/http-call.ts';
import type { GrpcCall, Server } from '../network/server.ts';
import type { EnvoyFilterChain, EnvoyListenerConfig } from './envoy-config.ts';
import { EnvoyHttpManager, type ProxyState } from './envoy-http.ts';
import { EnvoyTcpProxy } from './envoy-tcp.ts';

interface Chain {
  config: EnvoyFilterChain;
  http: EnvoyHttpManager | undefined;
  tcp: EnvoyTcpProxy | undefined;
}

/** A listener of Envoy: finds the filter chain for what the client speaks, does its TLS, hands on to its filter. */
export class EnvoyListener implements Server {
  readonly #proxy: ProxyState;
  readonly #chains: readonly Chain[];
  readonly #inspectsTls: boolean;

  constructor(proxy: ProxyState, config: EnvoyListenerConfig) {
    this.#proxy = proxy;
    this.#inspectsTls = config.inspectsTls;
    this.#chains = config.chains.map((chain) => ({
      config: chain,
      http:
        chain.filter.kind === 'http'
          ? new EnvoyHttpManager(proxy, chain.filter.routes, chain.filter.accessLog)
          : undefined,
      tcp:
        chain.filter.kind === 'tcp'
          ? new EnvoyTcpProxy(proxy, chain.filter.cluster, chain.filter.accessLog)
          : undefined,
    }));
  }

  http(call: HttpCall): void {
    this.#proxy.process.run(() => this.#http(call));
  }

  grpc(call: GrpcCall): void {
    const chain = this.#find(false, false);
    // Plain HTTP/2 at a TLS chain, or no chain: the connection is closed, and the client dials again until its deadline.
    if (chain === undefined || chain.config.tls !== undefined) return;
    if (chain.tcp !== undefined) chain.tcp.grpc(call);
    else {
      call.connected = true;
      call.end(chain.http?.grpcStatus() ?? { kind: 'status', code: 'Unavailable', message: '' });
    }
  }

  tcp(connection: TcpConnection): void {
    // With an inspector Envoy waits for the first bytes, and a bare connection sends none.
    if (this.#inspectsTls) return;
    const [chain] = this.#chains;
    chain?.tcp?.tcp(connection, { ip: '127.0.0.1', port: 0 });
  }

  #http(call: HttpCall): void {
    const chain = this.#find(call.tls || call.mesh, call.mesh);
    if (chain === undefined) {
      call.end(RESET);
      return;
    }
    const { tls } = chain.config;
    if (tls !== undefined && !call.mesh) {
      if (!call.tls) call.end(EOF);
      else if (tls.requireClientCertificate)
        call.end({ kind: 'broken', cause: 'tls', detail: 'remote error: tls: certificate required' });
      else this.#hand(chain, call);
    } else if (tls === undefined && call.tls && chain.http !== undefined) chain.http.handshake(call);
    else this.#hand(chain, call);
  }

  #hand(chain: Chain, call: HttpCall): void {
    if (chain.http !== undefined) chain.http.http(call);
    else chain.tcp?.http(call);
  }

  /** The most specific chain wins; one without a match takes everything. */
  #find(tls: boolean, mesh: boolean): Chain | undefined {
    let best: Chain | undefined;
    let bestScore = -1;
    for (const chain of this.#chains) {
      const { transportProtocol, applicationProtocols } = chain.config;
      const protocol = tls && this.#inspectsTls ? 'tls' : 'raw_buffer';
      if (transportProtocol !== undefined && transportProtocol !== protocol) continue;
      // The kubelet offers h2 and http/1.1; a mesh's own protocol only its proxies.
      if (
        applicationProtocols.length > 0 &&
        !mesh &&
        !(tls && applicationProtocols.some((name) => name === 'h2' || name === 'http/1.1'))
      )
        continue;
      const score = (transportProtocol === undefined ? 0 : 1) + (applicationProtocols.length > 0 ? 2 : 0);
      if (score > bestScore) {
        best = chain;
        bestScore = score;
      }
    }
    return best;
  }
}
