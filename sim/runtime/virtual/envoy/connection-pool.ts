import type { Server } from '../network/server.ts';
import type { EnvoyCluster } from './envoy-config.ts';

interface Connection {
  server: Server;
  epoch: number | undefined;
  cluster: EnvoyCluster;
  usedAt: number;
}

/**
 * The connections that a proxy keeps open to its upstreams: a request that finds one makes no handshake, so that it is
 * not hurt by a certificate that has ended since. A connection ends with the process at its other end, when either
 * side's configuration of it changes, and when something goes wrong on it.
 */
export class ConnectionPool {
  readonly #connections = new Map<string, Connection>();

  /** Is there one to the host, as the cluster is now? */
  has(cluster: EnvoyCluster, host: string, server: Server): boolean {
    const found = this.#connections.get(`${cluster.name} ${host}`);
    return found?.server === server && found.epoch === server.epoch && found.cluster === cluster;
  }

  keep(cluster: EnvoyCluster, host: string, server: Server, usedAt = 0): void {
    this.#connections.set(`${cluster.name} ${host}`, { server, epoch: server.epoch, cluster, usedAt });
  }

  /** Plain connections: when the last answer came over one, ms; undefined if none is open. */
  lastUsed(cluster: EnvoyCluster, host: string, server: Server): number | undefined {
    const found = this.#connections.get(`${cluster.name} ${host}`);
    return this.has(cluster, host, server) ? found?.usedAt : undefined;
  }

  drop(cluster: EnvoyCluster, host: string): void {
    this.#connections.delete(`${cluster.name} ${host}`);
  }
}
