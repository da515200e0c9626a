import type { AdsResource, AdsStream, DiscoveryRequest } from '../ads.ts';
import type { ProgramHost } from '../host.ts';
import type { Log } from './zerolog.ts';

/** Type URL → all resources of that type that a proxy may ask for. */
export type ProxySnapshot = Readonly<Record<string, readonly AdsResource[]>>;

/** In the order in which a change goes out: what is referred to comes before what refers to it. */
const ORDER = [
  'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  'type.googleapis.com/envoy.config.listener.v3.Listener',
  'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
];
/** Of these a proxy takes all there are; of the others it names what it wants. */
const WILDCARD = new Set([ORDER[0], ORDER[2]]);

/** What a stream has asked for of one type, and what it was told last. */
interface Subscription {
  names: readonly string[];
  version: number;
  nonce: string;
  /** What was sent last, to tell a change from none. */
  sent: string;
}

interface Proxy {
  stream: AdsStream;
  commonName: string;
  subscriptions: Map<string, Subscription>;
}

/**
 * osm-controller's aggregated discovery, state of the world: a proxy is known by the common name of its certificate;
 * what it asks for it gets, and again when that changes. A refusal (NACK) is logged, and nothing more is sent until
 * something changes.
 * Models openservicemesh/osm v1.1 pkg/envoy/ads/stream.go.
 */
export class AdsServer {
  readonly #host: Pick<ProgramHost, 'clock'>;
  readonly #log: Log;
  readonly #snapshots = new Map<string, ProxySnapshot>();
  readonly #proxies = new Set<Proxy>();
  #nonces = 0;

  constructor(host: Pick<ProgramHost, 'clock'>, log: Log) {
    this.#host = host;
    this.#log = log;
  }

  /** Common name → what its proxy gets from now on; null: the proxy is gone. */
  update(changes: Readonly<Record<string, ProxySnapshot | null>>): void {
    for (const [commonName, snapshot] of Object.entries(changes)) {
      if (snapshot === null) this.#snapshots.delete(commonName);
      else this.#snapshots.set(commonName, snapshot);
    }
    for (const proxy of this.#proxies) if (proxy.commonName in changes) this.#push(proxy);
  }

  accept(stream: AdsStream): void {
    const { commonName } = stream;
    if (commonName === undefined) {
      this.#error(
        'grpc.go:44',
        'Could not start Aggregated Discovery Service gRPC stream',
        'missing client certificate',
      );
      stream.fail('Unauthenticated', 'missing client certificate');
      return;
    }
    if (!this.#snapshots.has(commonName)) {
      this.#error(
        'xdsutil.go:270',
        `Did not find Pod for proxy with certificate ${commonName}`,
        'did not find pod for certificate',
      );
      stream.fail('Unknown', 'Could not find Pod for connecting Envoy');
      return;
    }
    const proxy = { stream, commonName, subscriptions: new Map<string, Subscription>() };
    this.#proxies.add(proxy);
    stream.onClose(() => this.#proxies.delete(proxy));
    stream.onRequest((request) => this.#request(proxy, request));
  }

  #request(proxy: Proxy, request: DiscoveryRequest): void {
    const { type_url: type, response_nonce: nonce } = request;
    if (!ORDER.includes(type)) {
      this.#error('stream.go:160', `Proxy ${proxy.commonName}: Unknown/Unsupported URI: ${type}`, 'unknown type URI');
      return;
    }
    const known = proxy.subscriptions.get(type);
    if (request.error_detail !== undefined) {
      this.#error(
        'stream.go:151',
        `Proxy ${proxy.commonName}: [NACK] err: "${request.error_detail.message}" for nonce ${nonce}, last version applied on request ${request.version_info}`,
        'discovery request error',
      );
      return;
    }
    if (known === undefined) {
      this.#subscribe(proxy, request);
      return;
    }
    // An answer to what has been overtaken: the one to the last is on its way.
    if (nonce !== '' && nonce !== known.nonce) return;
    const wanted = [...request.resource_names].sort();
    if (nonce !== '' && wanted.join('\n') === known.names.join('\n')) return;
    known.names = wanted;
    this.#send(proxy, type, known);
  }

  #subscribe(proxy: Proxy, request: DiscoveryRequest): void {
    // A proxy that comes from an earlier controller counts on from its version.
    const version = /^\d{1,15}$/.test(request.version_info) ? Number(request.version_info) : 0;
    const subscription = { names: [...request.resource_names].sort(), version, nonce: '', sent: '' };
    proxy.subscriptions.set(request.type_url, subscription);
    this.#send(proxy, request.type_url, subscription);
  }

  #push(proxy: Proxy): void {
    if (!this.#snapshots.has(proxy.commonName)) {
      proxy.stream.fail('Unknown', 'Could not find Pod for connecting Envoy');
      return;
    }
    for (const type of ORDER) {
      const subscription = proxy.subscriptions.get(type);
      if (subscription === undefined) continue;
      if (JSON.stringify(this.#wanted(proxy, type, subscription)) !== subscription.sent)
        this.#send(proxy, type, subscription);
    }
  }

  #send(proxy: Proxy, type: string, subscription: Subscription): void {
    const resources = this.#wanted(proxy, type, subscription);
    subscription.version += 1;
    subscription.nonce = `${Math.floor(this.#host.clock.epochMs + this.#host.clock.now())}${String(this.#nonces++).padStart(6, '0')}`;
    subscription.sent = JSON.stringify(resources);
    proxy.stream.send({
      version_info: String(subscription.version),
      type_url: type,
      nonce: subscription.nonce,
      resources,
    });
  }

  #wanted(proxy: Proxy, type: string, { names }: Subscription): readonly AdsResource[] {
    const all = this.#snapshots.get(proxy.commonName)?.[type] ?? [];
    return WILDCARD.has(type) ? all : all.filter(({ name }) => names.includes(name));
  }

  #error(at: string, message: string, error: string): void {
    this.#log('error', 'envoy/ads', at, message, error);
  }
}
