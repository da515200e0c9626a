import { type InstanceSettings, type InstanceView, instanceId, type Metadata } from './instance.ts';
import { groupedName, type ServiceName, serviceKey } from './service-name.ts';

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

/** What an override is kept by: here the cluster is part of the key. */
export function overrideKey(place: {
  service: ServiceName;
  settings: Pick<InstanceSettings, 'ip' | 'port' | 'cluster'>;
}): string {
  const { ip, port, cluster } = place.settings;
  return `${serviceKey(place.service)}\n${ip}:${port}:${cluster}`;
}

/** An instance as lists show it, with what was laid over it. */
export function shownAs({ service, settings, healthy }: Publication, override?: InstanceOverride): InstanceView {
  return {
    instanceId: settings.withId ? instanceId(service, settings) : undefined,
    ip: settings.ip,
    port: settings.port,
    weight: override?.weight ?? settings.weight,
    healthy,
    enabled: override?.enabled ?? settings.enabled,
    ephemeral: settings.ephemeral,
    clusterName: settings.cluster,
    serviceName: groupedName(service),
    metadata: { ...settings.metadata, ...override?.metadata },
  };
}
