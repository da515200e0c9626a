import type { TcpConnection } from '../../../programs/host.ts';
import { EOF, type HttpCall, RESET } from '../network/http-call.ts';
import type { GrpcCall, Server } from '../network/server.ts';
import type { EnvoyFilterChain, EnvoyListenerConfig } from './envoy-config.ts';
import { EnvoyHttpManager } from './envoy-http.ts';
import { permits } from './envoy-rbac.ts';
import { certificateOf, type EnvoyTls, hasSecrets, refusal } from './envoy-secrets.ts';
import { EnvoyTcpProxy } from './envoy-tcp.ts';
import { type ConnectionFacts, matchScore } from './filter-chain-match.ts';
import type { ProxyState } from './proxy-state.ts';

interface Chain {
  config: EnvoyFilterChain;
  http: EnvoyHttpManager | undefined;
  tcp: EnvoyTcpProxy | undefined;
}

/** What Go's TLS client offers, the kubelet's. */
const HTTP_ALPN = ['h2', 'http/1.1'];
/** A listener of Envoy: finds the filter chain for what the client speaks, does its TLS, hands on to its filter. */
export class EnvoyListener implements Server {
  readonly #proxy: ProxyState;
  #chains: readonly Chain[] = [];
  #fallback: Chain | undefined;
  #inspectsTls = false;
  #config: EnvoyListenerConfig | undefined;
  epoch = 0;

  constructor(proxy: ProxyState, config: EnvoyListenerConfig) {
    this.#proxy = proxy;
    this.configure(config);
  }

  /** A newer configuration: connections of the older one are drained. */
  configure(config: EnvoyListenerConfig): void {
    if (config === this.#config) return;
    this.#config = config;
    this.epoch += 1;
    this.#inspectsTls = config.inspectsTls;
    this.#chains = config.chains.map((chain) => this.#compile(chain));
    this.#fallback = config.fallback === undefined ? undefined : this.#compile(config.fallback);
  }

  http(call: HttpCall): void {
    this.#proxy.process.run(() => this.#http(call));
  }

  grpc(call: GrpcCall): void {
    const chain = this.#find({ ip: call.ip, port: call.port, tls: false, sni: undefined, alpn: [] });
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
    const chain = this.#chains[0] ?? this.#fallback;
    chain?.tcp?.tcp(connection, { ip: '127.0.0.1', port: 0 });
  }

  #compile(config: EnvoyFilterChain): Chain {
    const { filter } = config;
    return {
      config,
      http: filter.kind === 'http' ? new EnvoyHttpManager(this.#proxy, filter) : undefined,
      tcp: filter.kind === 'tcp' ? new EnvoyTcpProxy(this.#proxy, filter.cluster, filter.accessLog) : undefined,
    };
  }

  #http(call: HttpCall): void {
    const { ip, port, tls, clientTls } = call;
    const alpn = clientTls?.alpn ?? (tls ? HTTP_ALPN : []);
    const chain = this.#find({ ip, port, tls: tls && this.#inspectsTls, sni: clientTls?.sni, alpn });
    if (chain === undefined) {
      call.end(RESET);
      return;
    }
    const context = chain.config.tls;
    if (context === undefined) {
      if (tls && chain.http !== undefined) chain.http.handshake(call);
      else this.#hand(chain, call);
    } else if (!tls) call.end(EOF);
    else if (call.established || this.#handshake(context, call)) this.#hand(chain, call);
  }

  /** Both ends look at each other's certificate; false: the call has ended with what the client sees. */
  #handshake(context: EnvoyTls, call: HttpCall): boolean {
    const { clientTls } = call;
    const fail = (detail: string) => {
      call.end({ kind: 'broken', cause: 'tls', detail });
      return false;
    };
    if (!hasSecrets(this.#proxy, context)) {
      call.end(RESET);
      return false;
    }
    const refused = clientTls?.refuses(certificateOf(this.#proxy, context));
    if (refused !== undefined) return fail(refused);
    if (!context.requireClientCertificate) return true;
    if (clientTls === undefined) return fail('remote error: tls: certificate required');
    if (refusal(this.#proxy, context, clientTls.certificate) === undefined) return true;
    // In TLS 1.3 the client is through before the server has looked at its certificate: it sees its connection end.
    call.end(EOF);
    return false;
  }

  #hand(chain: Chain, call: HttpCall): void {
    const { rbac } = chain.config;
    if (rbac !== undefined && !call.established && !permits(rbac, call.clientTls?.certificate?.subject, call.port))
      call.end(EOF);
    else if (chain.http !== undefined) chain.http.http(call);
    else chain.tcp?.http(call);
  }

  /** The most specific chain wins; one without a match takes everything. */
  #find(facts: ConnectionFacts): Chain | undefined {
    let best: Chain | undefined;
    let bestScore = -1;
    for (const chain of this.#chains) {
      const score = matchScore(chain.config, facts);
      if (score === undefined || score <= bestScore) continue;
      best = chain;
      bestScore = score;
    }
    return best ?? this.#fallback;
  }
}
