import type { HttpRequest } from '../../../programs/host.ts';
import type { HttpCall } from '../network/http-call.ts';
import type { AccessLog } from './access-log.ts';
import type { EnvoyFilter } from './envoy-config.ts';
import { permits } from './envoy-rbac.ts';
import { type EnvoyRoute, findRoute, headerOf, type RouteMatch, virtualHostFor } from './envoy-routes.ts';
import { ProxiedRequest } from './proxied-request.ts';
import type { ProxyState } from './proxy-state.ts';

/** From so many hops on a request loops: the next hop takes time, so that the run's clock goes on. */
const LOOP_HOPS = 8;

/**
 * Envoy's HTTP connection manager and router: prefix routes, rewriting, the route's time-out, Envoy's own answers.
 * Texts, codes and flags as observed on Envoy 1.40.
 */
export class EnvoyHttpManager {
  readonly #proxy: ProxyState;
  readonly #filter: Extract<EnvoyFilter, { kind: 'http' }>;
  readonly #accessLog: AccessLog | undefined;
  /** Of the one host of static routes that look at nothing but the path. */
  readonly #plain: readonly EnvoyRoute[] | undefined;
  readonly #matches = new Map<string, RouteMatch | null>();

  constructor(proxy: ProxyState, filter: Extract<EnvoyFilter, { kind: 'http' }>) {
    this.#proxy = proxy;
    this.#filter = filter;
    this.#accessLog = filter.accessLog;
    const [host] = filter.hosts;
    if (filter.rds === undefined && filter.hosts.length === 1 && host?.domains.includes('*')) {
      this.#plain = host.routes.every(({ headers }) => headers === undefined) ? host.routes : undefined;
    }
  }

  http(call: HttpCall): void {
    if (call.hops < LOOP_HOPS) this.#serve(call);
    else this.#proxy.process.clock.setTimeout(() => call.open && this.#serve(call), 1);
  }

  /** A TLS handshake where HTTP is expected: Envoy says 400 in plain text, which a TLS client cannot read. */
  handshake(call: HttpCall): void {
    const { process } = this.#proxy;
    const startMs = this.#proxy.wallNow();
    const facts = { code: 400, details: 'http1.codec_error', flags: 'DPE', startMs, durationMs: 0, bytesSent: 11 };
    if (this.#accessLog !== undefined) process.write('stdout', `${this.#accessLog(facts)}\n`);
    call.end({ kind: 'broken', cause: 'http-to-https' });
  }

  /** What a gRPC client gets that asks for a path without a route. */
  grpcStatus(): { kind: 'status'; code: string; message: string } {
    return {
      kind: 'status',
      code: 'Unimplemented',
      message: 'unexpected HTTP status code received from server: 404 (Not Found)',
    };
  }

  #serve(call: HttpCall): void {
    const request = new ProxiedRequest(this.#proxy, call, this.#accessLog);
    const match = this.#match(call.request);
    if (match === undefined) {
      request.local(404, '', 'NR', 'route_not_found');
      return;
    }
    const { route } = match;
    const name = this.#clusterOf(route);
    if (route.rbac !== undefined && !permits(route.rbac, call.clientTls?.certificate?.subject, call.port)) {
      request.meantFor(name);
      request.local(403, 'RBAC: access denied', '-', 'rbac_access_denied_matched_policy[none]');
    } else if (route.direct !== undefined) {
      request.local(route.direct.status, route.direct.body, '-', 'direct_response');
    } else {
      const cluster = this.#proxy.cluster(name);
      if (cluster === undefined) request.local(503, '', 'NC', 'cluster_not_found');
      else request.forward(cluster, match);
    }
  }

  #clusterOf({ cluster, weighted }: EnvoyRoute): string {
    if (weighted === undefined) return cluster ?? '';
    const [only] = weighted;
    if (weighted.length === 1 && only !== undefined) return only.name;
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    let drawn = this.#proxy.process.world.random.next() * total;
    for (const { name, weight } of weighted) {
      drawn -= weight;
      if (drawn < 0) return name;
    }
    return '';
  }

  #match(request: HttpRequest): RouteMatch | undefined {
    if (this.#plain === undefined) {
      const { rds, hosts } = this.#filter;
      const all = rds === undefined ? hosts : (this.#proxy.routes(rds) ?? []);
      const host = virtualHostFor(all, headerOf(request, 'host') ?? '');
      return host === undefined ? undefined : findRoute(host.routes, request);
    }
    const { target } = request;
    const known = this.#matches.get(target);
    if (known !== undefined) return known ?? undefined;
    const found = findRoute(this.#plain, request);
    if (this.#matches.size > 1000) this.#matches.clear();
    this.#matches.set(target, found ?? null);
    return found;
  }
}
