import type { HttpRequest } from '../../../programs/host.ts';
import type { VirtualProcess } from '../process.ts';
import type { EnvoyRoute } from './envoy-routes.ts';

const DROPPED = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/** The request as the app sees it. Its headers are made when the app looks. */
export class UpstreamRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly body: Uint8Array;
  readonly remoteAddress = '127.0.0.1';
  readonly protocol = 'HTTP/1.1';
  readonly #from: HttpRequest;
  readonly #route: EnvoyRoute;
  readonly #process: VirtualProcess;
  #headers: (readonly [string, string])[] | undefined;

  constructor(from: HttpRequest, target: string, route: EnvoyRoute, process: VirtualProcess) {
    this.method = from.method;
    this.target = target;
    this.body = from.body;
    this.#from = from;
    this.#route = route;
    this.#process = process;
  }

  get headers(): readonly (readonly [string, string])[] {
    this.#headers ??= this.#make();
    return this.#headers;
  }

  #make(): (readonly [string, string])[] {
    const kept = this.#from.headers
      .filter(([name]) => !DROPPED.has(name.toLowerCase()))
      .map(([name, value]) => [name.toLowerCase(), value] as const);
    const given = new Set(kept.map(([name]) => name));
    const added: (readonly [string, string])[] = [
      ['x-forwarded-proto', 'http'],
      ['x-request-id', this.#process.world.random.uuid()],
      ...(this.#route.timeoutMs > 0
        ? ([['x-envoy-expected-rq-timeout-ms', String(this.#route.timeoutMs)]] as const)
        : []),
      ...(this.#route.prefixRewrite ? ([['x-envoy-original-path', this.#from.target]] as const) : []),
    ];
    return [...kept, ...added.filter(([name]) => !given.has(name))];
  }
}
