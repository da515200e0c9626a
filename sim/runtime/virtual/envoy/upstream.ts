import type { NoServer } from '../network/network.ts';
import type { Server } from '../network/server.ts';
import type { VirtualProcess } from '../process.ts';
import type { EnvoyCluster } from './envoy-config.ts';

export interface Upstream {
  server: Server | NoServer;
  ip: string;
  port: number;
  host: string;
}

/** Where a cluster sends a connection that was meant for `original`. */
export function connectUpstream(
  process: VirtualProcess,
  cluster: EnvoyCluster,
  original: { ip: string; port: number },
): Upstream {
  const { network, namespace } = process.world;
  let address = cluster.endpoint?.address ?? '127.0.0.1';
  let port = cluster.endpoint?.port ?? 0;
  if (cluster.original !== undefined) {
    address = cluster.original === 'destination' ? original.ip : '127.0.0.1';
    port = original.port;
  }
  const ip = network.resolve(address, namespace) ?? address;
  const server = port === 0 ? 'refused' : network.fromPod(namespace, process.uid, ip, port);
  return { server, ip, port, host: `${ip}:${port}` };
}
