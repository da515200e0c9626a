import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ServiceCatalogue } from '../../sim/lab/service-directory.ts';
import { plainAddress } from '../program-host/listen.ts';

export interface ServiceProxyOptions {
  services: ServiceCatalogue;
  /** The pod network's gateway: an address of this machine that pods reach. */
  gateway: string;
  notice(message: string): void;
}

/**
 * The cluster's DNS and kube-proxy for pods in docker: names of Services lead to the pod network's gateway, where this
 * process takes their connections and hands them to the ready endpoints in turn. Without one the port is closed, as
 * kube-proxy refuses. Of two Services with the same port the later one is not reached: they share the address.
 */
export class ServiceProxy {
  readonly #options: ServiceProxyOptions;
  readonly #servers = new Map<string, Server>();
  readonly #sockets = new Set<Socket>();
  readonly #told = new Set<string>();
  #stop: (() => void) | undefined;

  constructor(options: ServiceProxyOptions) {
    this.#options = options;
  }

  /** Names for the hosts file of a pod in `namespace`: those of the Services that are there when it is made. */
  hosts(namespace: string): Record<string, string> {
    this.#start();
    const { services, gateway } = this.#options;
    const names = services.list().flatMap((service) => {
      const full = `${service.name}.${service.namespace}`;
      const short = service.namespace === namespace ? [service.name] : [];
      return [...short, full, `${full}.svc`, `${full}.svc.cluster.local`];
    });
    return Object.fromEntries(names.map((name) => [name, gateway]));
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
    for (const socket of this.#sockets) socket.destroy();
  }

  #start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = this.#options.services.watch(() => this.#follow());
    this.#follow();
  }

  /** Opens the ports of Services with a ready endpoint, closes the others. */
  #follow(): void {
    const { services } = this.#options;
    const wanted = new Map<number, { key: string; clusterIP: string }>();
    for (const { name, namespace, clusterIP, ports } of services.list()) {
      for (const port of ports) {
        const key = `${namespace}/${name}:${port}`;
        const before = wanted.get(port);
        if (before !== undefined) this.#tell(key, `Pods do not reach ${key} by its name: ${before.key} has its port.`);
        else wanted.set(port, { key, clusterIP });
      }
    }
    const open = new Map(
      [...wanted].filter(([port, { clusterIP }]) => typeof services.endpoint(clusterIP, port) === 'object'),
    );
    const keys = new Set([...open.values()].map(({ key }) => key));
    for (const [key, server] of this.#servers) {
      if (keys.has(key)) continue;
      server.close();
      this.#servers.delete(key);
    }
    for (const [port, { key, clusterIP }] of open) if (!this.#servers.has(key)) this.#listen(key, clusterIP, port);
  }

  #listen(key: string, clusterIP: string, port: number): void {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#forward(client, clusterIP, port));
    server.on('error', (error) => this.#tell(key, `Pods do not reach ${key} by its name: ${error.message}.`));
    server.listen(port, this.#options.gateway);
    this.#servers.set(key, server);
  }

  #forward(client: Socket, clusterIP: string, port: number): void {
    const endpoint = this.#options.services.endpoint(clusterIP, port);
    if (typeof endpoint !== 'object') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host: plainAddress(endpoint.ip), port: endpoint.port, allowHalfOpen: true });
    join(client, upstream);
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    }
  }

  #tell(key: string, message: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#options.notice(message);
  }
}

/** Passes on bytes, half closes and resets, both ways. */
function join(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.resetAndDestroy());
  }
}
