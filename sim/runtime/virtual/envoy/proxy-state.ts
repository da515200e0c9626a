import type { VirtualProcess } from '../process.ts';
import type { CircuitBreakers } from './circuit-breaker.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { EnvoyCluster } from './envoy-config.ts';
import type { EnvoyVirtualHost } from './envoy-routes.ts';
import type { SecretHolder } from './envoy-secrets.ts';

/** What the filters of a proxy need of it. */
export interface ProxyState extends SecretHolder {
  readonly process: VirtualProcess;
  readonly pool: ConnectionPool;
  readonly breakers: CircuitBreakers;
  /** A scenario made it slow: added to each request, ms. */
  slowMs: number;
  cluster(name: string): EnvoyCluster | undefined;
  /** Routes that the control plane sent. */
  routes(name: string): readonly EnvoyVirtualHost[] | undefined;
  /** A cluster's endpoints in turn. */
  nextEndpoint(cluster: string): { address: string; port: number } | undefined;
}
