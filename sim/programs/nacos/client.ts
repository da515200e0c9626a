import type { InstanceSettings, Metadata } from './instance.ts';
import type { ServiceName } from './service-name.ts';

/** An instance as its client published it. */
export interface Publication {
  service: ServiceName;
  settings: InstanceSettings;
  healthy: boolean;
  lastBeat: number;
}

/** Somebody who wants to be told of changes of a service. */
export interface Subscriber {
  service: ServiceName;
  ip: string;
  port: number;
  agent: string;
  app: string;
  /** Of its last query: pushes are filtered by it. */
  clusters: string;
}

/**
 * Models nacos naming IpPortBasedClient and ConnectionBasedClient: who published and subscribed. A v1 client is one
 * address with a port (`ip:port#ephemeral`) and has at most one instance of a service; cluster is no part of the key.
 */
export class NamingClient {
  readonly id: string;
  readonly ephemeral: boolean;
  /** Lives as long as its connection: nobody asks for beats. */
  readonly connected: boolean;
  readonly published = new Map<string, Publication>();
  readonly subscribed = new Map<string, Subscriber>();
  lastUpdated: number;

  constructor(id: string, options: { ephemeral: boolean; connected?: boolean; now: number }) {
    this.id = id;
    this.ephemeral = options.ephemeral;
    this.connected = options.connected ?? false;
    this.lastUpdated = options.now;
  }
}

export function clientId(ip: string, port: number, ephemeral: boolean): string {
  return `${ip}:${port}#${ephemeral}`;
}

/** What `PUT /instance` laid over an instance; it survives the instance's registering again. */
export interface InstanceOverride {
  weight: number;
  enabled: boolean;
  metadata: Metadata;
}

/** A service the registry knows. */
export interface KnownService {
  name: ServiceName;
  ephemeral: boolean;
  /** Since when it has had no instance. */
  emptySince: number | undefined;
}

/** What an operator said of a service. */
export interface ServiceMetadata {
  protectThreshold: number;
  metadata: Metadata;
  ephemeral: boolean;
}
