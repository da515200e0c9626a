import type { UdpHandler } from '../../../programs/host.ts';
import { NatTable } from './nat.ts';
import type { Server } from './server.ts';

/** Something that listens at a port of the pod. */
interface Bound {
  address: string;
  server: Server;
}

/** What a scenario does to the way between the node and a pod. */
export interface NetworkFaults {
  /** Added to each answer, ms. */
  latency?: number;
  /** 0 … 1: so many attempts get no answer. */
  loss?: number;
  /** Nothing gets through. */
  partition?: boolean;
}

const ANY = '0.0.0.0';

/** Where packets to a port end that a filter drops: nobody connects, nobody is told. */
export const DROPPED: Server = { http: () => {}, grpc: () => {}, tcp: () => {} };

/** Where a connection from within the pod goes after the OUTPUT chain. */
export interface OutboundRoute {
  ip: string;
  port: number;
}

/**
 * The network namespace of a pod: one address, loopback, listeners, nat rules. Decisions of the nat rules are kept
 * until the rules change, so that a probe costs one look-up.
 */
export class NetworkNamespace {
  readonly ip: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly nat = new NatTable();
  faults: NetworkFaults | undefined;
  /** TCP ports whose packets are dropped, those over loopback, too (`iptables -A INPUT … -j DROP`); connections that exist go on. */
  readonly dropped = new Set<number>();
  readonly #tcp = new Map<number, Bound[]>();
  readonly #udp = new Map<number, { address: string; handler: UdpHandler }[]>();
  readonly #inbound = new Map<number, number>();
  readonly #outbound = new Map<string, OutboundRoute>();

  constructor(ip: string, hosts: Readonly<Record<string, string>> = {}) {
    this.ip = ip;
    this.hosts = hosts;
  }

  /** Loads rules; iptables' complaint, or undefined. */
  restoreRules(text: string, options: { flush: boolean }): string | undefined {
    this.#inbound.clear();
    this.#outbound.clear();
    return this.nat.restore(text, options);
  }

  /** Binds a port; the way to give it up, or undefined if it is taken. */
  listen(address: string | undefined, port: number, server: Server): (() => void) | undefined {
    return bind(this.#tcp, port, { address: address || ANY, server });
  }

  listenUdp(address: string | undefined, port: number, handler: UdpHandler): (() => void) | undefined {
    return bind(this.#udp, port, { address: address || ANY, handler });
  }

  /** Who gets a connection that comes over the pod's interface to its address. */
  fromOutside(port: number): Server | undefined {
    let target = this.#inbound.get(port);
    if (target === undefined) {
      const packet = { protocol: 'tcp', destination: this.ip, port, inInterface: 'eth0' } as const;
      const decision = this.nat.decide('PREROUTING', packet);
      // A DNAT to elsewhere leaves the pod; none of the modelled meshes does that inbound.
      target = decision.kind === 'redirect' ? decision.port : decision.kind === 'dnat' ? (decision.port ?? port) : port;
      this.#inbound.set(port, target);
    }
    return this.dropped.has(target) ? DROPPED : this.#find(this.ip, target);
  }

  /** Where a connection of a process with user `uid` goes: within the pod if the address is loopback or the pod's. */
  outbound(uid: number, ip: string, port: number): OutboundRoute {
    const key = `${uid} ${ip} ${port}`;
    const known = this.#outbound.get(key);
    if (known !== undefined) return known;
    const outInterface = isLoopback(ip) || ip === this.ip ? 'lo' : 'eth0';
    const decision = this.nat.decide('OUTPUT', { protocol: 'tcp', destination: ip, port, outInterface, uid });
    let route: OutboundRoute = { ip, port };
    if (decision.kind === 'redirect') route = { ip: '127.0.0.1', port: decision.port };
    if (decision.kind === 'dnat') route = { ip: decision.address, port: decision.port ?? port };
    if (this.#outbound.size > 1000) this.#outbound.clear();
    this.#outbound.set(key, route);
    return route;
  }

  isLocal(ip: string): boolean {
    return ip === this.ip || isLoopback(ip);
  }

  /** Who listens at an address of this pod. */
  local(ip: string, port: number): Server | undefined {
    return this.dropped.has(port) ? DROPPED : this.#find(ip === ANY ? '127.0.0.1' : ip, port);
  }

  udp(ip: string, port: number): UdpHandler | undefined {
    return this.#udp.get(port)?.find((bound) => reaches(bound.address, ip))?.handler;
  }

  #find(ip: string, port: number): Server | undefined {
    const bound = this.#tcp.get(port);
    if (bound === undefined) return undefined;
    for (const candidate of bound) if (reaches(candidate.address, ip)) return candidate.server;
    return undefined;
  }
}

export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

function reaches(bound: string, ip: string): boolean {
  return bound === ANY || bound === ip || bound === '::' || bound === '' || (bound === 'localhost' && isLoopback(ip));
}

function bind<T extends { address: string }>(
  table: Map<number, T[]>,
  port: number,
  entry: T,
): (() => void) | undefined {
  const list = table.get(port) ?? [];
  if (list.some(({ address }) => address === entry.address || isAny(address) || isAny(entry.address))) return undefined;
  table.set(port, list);
  list.push(entry);
  return () => {
    const at = list.indexOf(entry);
    if (at >= 0) list.splice(at, 1);
    if (list.length === 0 && table.get(port) === list) table.delete(port);
  };
}

function isAny(address: string): boolean {
  return address === ANY || address === '::';
}
