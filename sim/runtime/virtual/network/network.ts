import { isLoopback, NetworkNamespace } from './namespace.ts';
import { parseAddress } from './nat.ts';
import type { Server } from './server.ts';

/** How an address answers that no server does. */
export type NoServer = 'refused' | 'unreachable';

/** Names and addresses beyond the pods: Services and their addresses. */
export interface ServiceResolver {
  /** The address of a DNS name; undefined if there is none. */
  address(name: string): string | undefined;
  /** Which pod gets a connection to a Service's address; `refused` if it has no endpoint; undefined if it is no Service. */
  endpoint(ip: string, port: number): { ip: string; port: number } | 'refused' | undefined;
}

const NODE_IP = '10.244.0.1';
/** As every cluster made by kubeadm. */
export const CLUSTER_DNS = '10.96.0.10:53';

/** The node's pod network, 10.244.0.0/24: the node at .1, pods in the order they come, as the host-local plugin hands out. */
export class VirtualNetwork {
  readonly nodeIP = NODE_IP;
  readonly #namespaces = new Map<string, NetworkNamespace>();
  readonly #services: ServiceResolver | undefined;
  readonly #subnets: number;
  #last = 1;

  constructor(options: { services?: ServiceResolver; subnets?: number } = {}) {
    this.#services = options.services;
    // One /24 holds 253 pods; a run of thousands gets more of 10.244.0.0/16.
    this.#subnets = options.subnets ?? 16;
  }

  /** A namespace with the next free address; undefined if there is none left. */
  create(hosts: Readonly<Record<string, string>> = {}): NetworkNamespace | undefined {
    const size = this.#subnets * 256;
    for (let step = 1; step <= size; step++) {
      const number = (this.#last + step) % size;
      const low = number % 256;
      if (low === 0 || low === 255 || number === 1) continue;
      const ip = `10.244.${Math.floor(number / 256)}.${low}`;
      if (this.#namespaces.has(ip)) continue;
      this.#last = number;
      const namespace = new NetworkNamespace(ip, hosts);
      this.#namespaces.set(ip, namespace);
      return namespace;
    }
    return undefined;
  }

  remove(namespace: NetworkNamespace): void {
    this.#namespaces.delete(namespace.ip);
  }

  at(ip: string): NetworkNamespace | undefined {
    return this.#namespaces.get(ip);
  }

  /** The address of a host name as seen from a pod, or from the node without one. */
  resolve(host: string, from?: NetworkNamespace): string | undefined {
    if (host === '127.0.0.1' || this.#namespaces.has(host)) return host;
    if (parseAddress(host) !== undefined || host.includes(':')) return host;
    if (host === 'localhost') return '127.0.0.1';
    return from?.hosts[host] ?? this.#services?.address(host);
  }

  /** Who gets a connection from the node. Loopback is the node's own, where nothing listens. */
  fromNode(ip: string, port: number): Server | NoServer {
    const namespace = this.#namespaces.get(ip);
    if (namespace !== undefined) return namespace.fromOutside(port) ?? 'refused';
    if (isLoopback(ip) || ip === NODE_IP || ip === '0.0.0.0') return 'refused';
    return this.#viaService(ip, port);
  }

  /** Who gets a connection of a process with user `uid` in a pod. */
  fromPod(from: NetworkNamespace, uid: number, ip: string, port: number): Server | NoServer {
    const route = from.outbound(uid, ip === '0.0.0.0' ? '127.0.0.1' : ip, port);
    if (from.isLocal(route.ip)) return from.local(route.ip, route.port) ?? 'refused';
    const namespace = this.#namespaces.get(route.ip);
    if (namespace !== undefined) return namespace.fromOutside(route.port) ?? 'refused';
    if (route.ip === NODE_IP) return 'refused';
    return this.#viaService(route.ip, route.port);
  }

  #viaService(ip: string, port: number): Server | NoServer {
    const endpoint = this.#services?.endpoint(ip, port);
    if (endpoint === undefined) return 'unreachable';
    if (endpoint === 'refused') return 'refused';
    return this.#namespaces.get(endpoint.ip)?.fromOutside(endpoint.port) ?? 'refused';
  }
}
