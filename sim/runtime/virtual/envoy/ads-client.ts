import type { DiscoveryRequest, DiscoveryResponse } from '../../../programs/ads.ts';
import { AdsCall } from '../network/ads-call.ts';
import type { VirtualProcess } from '../process.ts';
import type { EnvoyCluster } from './envoy-config.ts';

/** Envoy's back-off of a stream: jittered, from 500 ms to 30 s. */
const BACKOFF = { baseMs: 500, maxMs: 30_000 };

export interface AdsSubscriber {
  /** Takes the resources of a type, all of them; the complaint, if it refuses them (NACK). */
  apply(typeUrl: string, resources: readonly unknown[]): string | undefined;
}

interface Watch {
  names: readonly string[];
  version: string;
  nonce: string;
}

/** A proxy's stream to its control plane: asks for types, acknowledges what comes, dials again when it breaks. */
export class AdsClient {
  readonly #process: VirtualProcess;
  readonly #cluster: EnvoyCluster;
  readonly #identity: { nodeID: string; commonName: string | undefined };
  readonly #subscriber: AdsSubscriber;
  readonly #watches = new Map<string, Watch>();
  #call: AdsCall | undefined;
  #failures = 0;

  constructor(
    process: VirtualProcess,
    cluster: EnvoyCluster,
    identity: { nodeID: string; commonName: string | undefined },
    subscriber: AdsSubscriber,
  ) {
    this.#process = process;
    this.#cluster = cluster;
    this.#identity = identity;
    this.#subscriber = subscriber;
    process.onEnd(() => this.#call?.cancel());
  }

  /** Asks for resources of a type by name; without names for all. */
  watch(typeUrl: string, names: readonly string[]): void {
    const known = this.#watches.get(typeUrl);
    const wanted = [...names].sort();
    if (known !== undefined && known.names.join('\n') === wanted.join('\n')) return;
    const watch =
      known === undefined ? { names: wanted, version: '', nonce: '' } : Object.assign(known, { names: wanted });
    this.#watches.set(typeUrl, watch);
    this.#ask(typeUrl, watch);
  }

  connect(): void {
    const { network, namespace, latencies } = this.#process.world;
    const { address = '', port = 0 } = this.#cluster.endpoint ?? {};
    const ip = network.resolve(address, namespace);
    const server = ip === undefined ? 'refused' : network.fromPod(namespace, this.#process.uid, ip, port);
    if (typeof server === 'string' || server.ads === undefined) {
      this.#retry();
      return;
    }
    const place = {
      clock: this.#process.clock,
      latencyMs: latencies.response,
      commonName: this.#identity.commonName,
      remoteAddress: namespace.ip,
    };
    const call: AdsCall = new AdsCall(place, {
      onResponse: (response) => this.#process.run(() => this.#answer(response)),
      onClose: () => {
        if (this.#call === call) this.#call = undefined;
        this.#retry();
      },
    });
    this.#call = call;
    server.ads(call);
    // A new stream starts from what the proxy has.
    for (const [typeUrl, watch] of this.#watches) this.#ask(typeUrl, Object.assign(watch, { nonce: '' }));
  }

  #retry(): void {
    const cap = Math.min(BACKOFF.maxMs, BACKOFF.baseMs * 2 ** this.#failures++);
    const wait = Math.max(1, Math.round(this.#process.world.random.next() * cap));
    this.#process.clock.setTimeout(() => this.connect(), wait);
  }

  #ask(typeUrl: string, watch: Watch, refused?: string): void {
    const request: DiscoveryRequest = {
      type_url: typeUrl,
      version_info: watch.version,
      response_nonce: watch.nonce,
      resource_names: watch.names,
      node: { id: this.#identity.nodeID },
      ...(refused === undefined ? {} : { error_detail: { code: 13, message: refused } }),
    };
    this.#call?.request(request);
  }

  #answer({ type_url, version_info, nonce, resources }: DiscoveryResponse): void {
    const watch = this.#watches.get(type_url);
    if (watch === undefined) return;
    this.#failures = 0;
    const { names } = watch;
    const refused = this.#subscriber.apply(
      type_url,
      resources.map(({ resource }) => resource),
    );
    watch.nonce = nonce;
    if (refused === undefined) watch.version = version_info;
    this.#ask(type_url, { ...watch, names: refused === undefined ? watch.names : names }, refused);
  }
}
