import { readCertificate } from '../modelled-certificate.ts';
import type { Guest, SignalName, VirtualProcess } from '../process.ts';
import { AdsClient } from './ads-client.ts';
import { CircuitBreakers } from './circuit-breaker.ts';
import { ConnectionPool } from './connection-pool.ts';
import { CDS, DynamicResources, EDS, LDS, RDS, SDS } from './dynamic-resources.ts';
import { envoyAdmin } from './envoy-admin.ts';
import { type EnvoyCluster, type EnvoyConfig, type EnvoyListenerConfig, readBootstrap } from './envoy-config.ts';
import { EnvoyListener } from './envoy-listener.ts';
import type { EnvoyVirtualHost } from './envoy-routes.ts';
import type { EnvoySecret } from './envoy-secrets.ts';
import { OSM_DYNAMIC_CONFIG } from './osm-control-plane.ts';
import type { ProxyState } from './proxy-state.ts';
import type { Raw } from './raw.ts';

const decoder = new TextDecoder();
/** So long Envoy waits for its clusters, and then for its listeners, before it goes on without. */
const INITIAL_FETCH_MS = 15_000;

/** Envoy: reads the bootstrap that its arguments name, listens after its start-up time, asks its control plane. */
export function startEnvoy(process: VirtualProcess): Guest {
  return new EnvoyProcess(process);
}

class EnvoyProcess implements Guest, ProxyState {
  readonly process: VirtualProcess;
  readonly pool = new ConnectionPool();
  readonly breakers = new CircuitBreakers();
  readonly #static = new Map<string, EnvoyCluster>();
  readonly #dynamic = new DynamicResources();
  readonly #open = new Map<string, EnvoyListener>();
  readonly #closers = new Map<string, () => void>();
  readonly #turns = new Map<string, number>();
  readonly #state = { live: false };
  #waiting: readonly EnvoyListenerConfig[] | undefined;
  #client: AdsClient | undefined;
  slowMs = 0;

  constructor(process: VirtualProcess) {
    this.process = process;
    // Bad configuration is found a moment after the start, as by a real one.
    process.clock.setTimeout(() => this.#start(), process.world.latencies.envoyStart);
  }

  cluster(name: string): EnvoyCluster | undefined {
    return this.#dynamic.clusters.get(name) ?? this.#static.get(name);
  }

  routes(name: string): readonly EnvoyVirtualHost[] | undefined {
    return this.#dynamic.routes.get(name);
  }

  nextEndpoint(cluster: string): { address: string; port: number } | undefined {
    const hosts = this.#dynamic.endpoints.get(cluster) ?? [];
    const turn = this.#turns.get(cluster) ?? 0;
    this.#turns.set(cluster, turn + 1);
    return hosts[turn % hosts.length];
  }

  secret(name: string): EnvoySecret | undefined {
    return this.#dynamic.secrets.get(name);
  }

  wallNow(): number {
    return this.process.world.clock.epochMs + this.process.clock.now();
  }

  signal(name: SignalName): void {
    if (name === 'SIGTERM' || name === 'SIGINT') this.process.end(0);
  }

  steer(patch: Readonly<Record<string, unknown>>): boolean {
    if (typeof patch.slow === 'number') this.slowMs = patch.slow;
    return true;
  }

  #start(): void {
    const path = option(this.process.argv, '--config-path', '-c') ?? '/etc/envoy/envoy.yaml';
    const bytes = this.process.world.files.read(path);
    if (bytes === undefined) {
      this.#fail(`unable to read file: ${path}`);
      return;
    }
    let config: EnvoyConfig;
    try {
      config = readBootstrap(decoder.decode(bytes));
    } catch (error) {
      this.#fail((error as Error).message);
      return;
    }
    for (const [name, cluster] of config.clusters) this.#static.set(name, cluster);
    if (config.admin !== undefined) {
      const { address, port } = config.admin;
      const admin = envoyAdmin(this.process, this.#state);
      if (!this.#bind(this.process.world.namespace.listen(address, port, admin), address, port)) return;
    }
    const { controlPlane } = config;
    if (controlPlane !== undefined && this.#exists(controlPlane)) this.#askFor(config, controlPlane);
    else this.#standAlone(config);
  }

  /** Does anybody know the control plane's name? Where nobody does, the world has none at all. */
  #exists({ endpoint }: EnvoyCluster): boolean {
    const { network, namespace } = this.process.world;
    return endpoint !== undefined && network.resolve(endpoint.address, namespace) !== undefined;
  }

  #standAlone(config: EnvoyConfig): void {
    if (!this.#goLive(config.listeners) || config.controlPlane === undefined) return;
    this.process.clock.setTimeout(() => {
      for (const cluster of OSM_DYNAMIC_CONFIG.clusters) this.#static.set(cluster.name, cluster);
      for (const listener of OSM_DYNAMIC_CONFIG.listeners) this.#openListener(`${listener.port}`, listener);
    }, this.process.world.latencies.envoyConfig);
  }

  /** Static listeners take connections once the first configuration is here, or its time is up. */
  #askFor(config: EnvoyConfig, cluster: EnvoyCluster): void {
    this.#waiting = config.listeners;
    const identity = { nodeID: config.nodeID, commonName: this.#ownName(config) };
    const client = new AdsClient(this.process, cluster, identity, {
      apply: (typeUrl, resources) => this.#apply(typeUrl, resources as readonly Raw[]),
    });
    this.#client = client;
    client.watch(CDS, []);
    client.connect();
    const { clock } = this.process;
    clock.setTimeout(() => {
      client.watch(LDS, []);
      clock.setTimeout(() => this.#initialized(), INITIAL_FETCH_MS);
    }, INITIAL_FETCH_MS);
  }

  /** Of the certificate for the control plane: in the bootstrap, or since OSM v1.2 in a file beside it. */
  #ownName({ ownCertificate }: EnvoyConfig): string | undefined {
    const file = this.process.world.files.read('/etc/envoy/sds_cert.pem');
    const text = ownCertificate ?? (file === undefined ? '' : decoder.decode(file));
    return readCertificate(text)?.subject;
  }

  #apply(typeUrl: string, resources: readonly Raw[]): string | undefined {
    try {
      this.#dynamic.apply(typeUrl, resources);
    } catch (error) {
      return (error as Error).message;
    }
    const { endpoints, routes, secrets } = this.#dynamic.references();
    const ask = (type: string, names: readonly string[]) => {
      if (names.length > 0) this.#client?.watch(type, names);
    };
    ask(EDS, endpoints);
    ask(SDS, secrets);
    if (typeUrl === CDS) this.#client?.watch(LDS, []);
    ask(RDS, routes);
    for (const [name, listener] of this.#dynamic.listeners) {
      if (this.#dynamic.isReady(listener)) this.#openListener(name, listener);
    }
    if (typeUrl === LDS) {
      for (const name of [...this.#closers.keys()]) if (!this.#dynamic.listeners.has(name)) this.#close(name);
    }
    const warming = [...this.#dynamic.listeners.values()].some((listener) => !this.#dynamic.isReady(listener));
    if (typeUrl !== CDS && typeUrl !== EDS && !warming) this.#initialized();
    return undefined;
  }

  #initialized(): void {
    const listeners = this.#waiting;
    if (listeners === undefined) return;
    this.#waiting = undefined;
    this.#goLive(listeners);
  }

  #goLive(listeners: readonly EnvoyListenerConfig[]): boolean {
    for (const listener of listeners) if (!this.#listen(listener)) return false;
    this.#state.live = true;
    return true;
  }

  /** A listener from the control plane; one that cannot bind is rejected, and the proxy goes on. */
  #openListener(name: string, listener: EnvoyListenerConfig): void {
    const before = this.#open.get(name);
    if (before !== undefined) {
      before.configure(listener);
      return;
    }
    const { address, port } = listener;
    const server = new EnvoyListener(this, listener);
    const close = this.process.world.namespace.listen(address, port, server);
    if (close === undefined) return;
    this.#open.set(name, server);
    const forget = this.process.onEnd(close);
    this.#closers.set(name, () => {
      forget();
      close();
    });
  }

  #close(name: string): void {
    this.#closers.get(name)?.();
    this.#closers.delete(name);
    this.#open.delete(name);
  }

  #listen(listener: EnvoyListenerConfig): boolean {
    const { address, port } = listener;
    return this.#bind(
      this.process.world.namespace.listen(address, port, new EnvoyListener(this, listener)),
      address,
      port,
    );
  }

  #bind(close: (() => void) | undefined, address: string, port: number): boolean {
    if (close === undefined) {
      this.#fail(`cannot bind '${address}:${port}': Address already in use`);
      return false;
    }
    this.process.onEnd(close);
    return true;
  }

  #fail(message: string): void {
    const time = new Date(Math.floor(this.wallNow())).toISOString();
    this.process.write(
      'stderr',
      `[${time.replace('T', ' ').replace('Z', '')}][1][critical][main] error initializing configuration: ${message}\n`,
    );
    this.process.end(1);
  }
}

function option(argv: readonly string[], ...names: string[]): string | undefined {
  for (const [i, argument] of argv.entries()) {
    if (names.includes(argument)) return argv[i + 1];
    const name = names.find((candidate) => argument.startsWith(`${candidate}=`));
    if (name !== undefined) return argument.slice(name.length + 1);
  }
  return undefined;
}
