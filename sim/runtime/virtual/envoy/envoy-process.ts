import type { Guest, SignalName, VirtualProcess } from '../process.ts';
import { envoyAdmin } from './envoy-admin.ts';
import { type EnvoyCluster, type EnvoyConfig, type EnvoyListenerConfig, readBootstrap } from './envoy-config.ts';
import type { ProxyState } from './envoy-http.ts';
import { EnvoyListener } from './envoy-listener.ts';
import { OSM_DYNAMIC_CONFIG } from './osm-control-plane.ts';

const decoder = new TextDecoder();

/** Envoy: reads the bootstrap that its arguments name, listens after its start-up time, asks its control plane. */
export function startEnvoy(process: VirtualProcess): Guest {
  return new EnvoyProcess(process);
}

class EnvoyProcess implements Guest, ProxyState {
  readonly process: VirtualProcess;
  readonly clusters = new Map<string, EnvoyCluster>();
  readonly #state = { live: false };
  slowMs = 0;

  constructor(process: VirtualProcess) {
    this.process = process;
    // Bad configuration is found a moment after the start, as by a real one.
    process.clock.setTimeout(() => this.#start(), process.world.latencies.envoyStart);
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
    for (const [name, cluster] of config.clusters) this.clusters.set(name, cluster);
    if (config.admin !== undefined) {
      const { address, port } = config.admin;
      this.#bind(
        this.process.world.namespace.listen(address, port, envoyAdmin(this.process, this.#state)),
        address,
        port,
      );
    }
    for (const listener of config.listeners) if (!this.#listen(listener)) return;
    this.#state.live = true;
    if (config.dynamic)
      this.process.clock.setTimeout(() => this.#configured(), this.process.world.latencies.envoyConfig);
  }

  /** The control plane's answer: OSM's, the only one modelled. */
  #configured(): void {
    for (const cluster of OSM_DYNAMIC_CONFIG.clusters) this.clusters.set(cluster.name, cluster);
    for (const listener of OSM_DYNAMIC_CONFIG.listeners) {
      const { address, port } = listener;
      const close = this.process.world.namespace.listen(address, port, new EnvoyListener(this, listener));
      // A listener from the control plane that cannot bind is rejected; the proxy goes on.
      if (close !== undefined) this.process.onEnd(close);
    }
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
    const time = new Date(Math.floor(this.process.world.clock.epochMs + this.process.clock.now())).toISOString();
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
