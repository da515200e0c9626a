/** An instance as a client of a registry sees it. */
export interface KnownInstance {
  ip: string;
  port: number;
  healthy: boolean;
  enabled: boolean;
  weight: number;
}

/** What a client registers. */
export interface OwnInstance {
  ip: string;
  port: number;
  metadata?: Readonly<Record<string, string>>;
}

/** A client of a registry, of whatever kind. Every `done` is called once, with what went wrong if something did. */
export interface NamingClient {
  register(service: string, instance: OwnInstance, done: (error?: string) => void): void;
  deregister(service: string, instance: OwnInstance, done: (error?: string) => void): void;
  /** Tells of the service's instances now and at each change, healthy or not. */
  watch(service: string, changed: (instances: readonly KnownInstance[]) => void): void;
}

export function addressOf({ ip, port }: Pick<KnownInstance, 'ip' | 'port'>): string {
  return `${ip}:${port}`;
}

/** Whom a client would call: the filter that both kinds of clients have. */
export function callable(instances: readonly KnownInstance[]): readonly KnownInstance[] {
  return instances.filter(({ healthy, enabled, weight }) => healthy && enabled && weight > 0);
}

/** What a host may have beside it: the real npm SDK, which then is used instead of the modelled one. */
export interface SdkOffer {
  nacosSdk?(options: { servers: readonly string[]; beatsAfterDeregister: boolean }): NamingClient | undefined;
}
