import type { ClientTls } from '../network/client-tls.ts';
import type { NoServer } from '../network/network.ts';
import type { Server } from '../network/server.ts';
import type { EnvoyCluster } from './envoy-config.ts';
import { clientTls } from './envoy-secrets.ts';
import type { ProxyState } from './proxy-state.ts';

export interface Upstream {
  /** `no-host`: the cluster has no endpoint. */
  server: Server | NoServer | 'no-host';
  ip: string;
  port: number;
  host: string;
  /** How to dial, if by TLS. */
  tls: ClientTls | undefined;
}

/** Where a cluster sends a connection that was meant for `original`. */
export function connectUpstream(
  proxy: ProxyState,
  cluster: EnvoyCluster,
  original: { ip: string; port: number },
): Upstream {
  const { network, namespace } = proxy.process.world;
  const tls = cluster.tls === undefined ? undefined : clientTls(proxy, cluster.tls);
  const chosen = cluster.eds ? proxy.nextEndpoint(cluster.name) : cluster.endpoint;
  if (cluster.eds && chosen === undefined) return { server: 'no-host', ip: '', port: 0, host: '', tls };
  let address = chosen?.address ?? '127.0.0.1';
  let port = chosen?.port ?? 0;
  if (cluster.original !== undefined) {
    address = cluster.original === 'destination' ? original.ip : '127.0.0.1';
    port = original.port;
  }
  const ip = network.resolve(address, namespace) ?? address;
  const server = port === 0 ? 'refused' : network.fromPod(namespace, proxy.process.uid, ip, port);
  return { server, ip, port, host: `${ip}:${port}`, tls };
}
