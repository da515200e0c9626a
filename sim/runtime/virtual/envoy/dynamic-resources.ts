import {
  type EnvoyCluster,
  type EnvoyListenerConfig,
  readCluster,
  readEndpoints,
  readListener,
} from './envoy-config.ts';
import { type EnvoyVirtualHost, readVirtualHosts } from './envoy-routes.ts';
import { type EnvoySecret, type EnvoyTls, readSecret } from './envoy-secrets.ts';
import { type Raw, text } from './raw.ts';

const PREFIX = 'type.googleapis.com/envoy.';
export const CDS = `${PREFIX}config.cluster.v3.Cluster`;
export const EDS = `${PREFIX}config.endpoint.v3.ClusterLoadAssignment`;
export const LDS = `${PREFIX}config.listener.v3.Listener`;
export const RDS = `${PREFIX}config.route.v3.RouteConfiguration`;
export const SDS = `${PREFIX}extensions.transport_sockets.tls.v3.Secret`;

/** What a control plane has sent a proxy so far, compiled. */
export class DynamicResources {
  readonly clusters = new Map<string, EnvoyCluster>();
  readonly listeners = new Map<string, EnvoyListenerConfig>();
  readonly endpoints = new Map<string, readonly { address: string; port: number }[]>();
  readonly routes = new Map<string, readonly EnvoyVirtualHost[]>();
  readonly secrets = new Map<string, EnvoySecret>();
  /** What the clusters and listeners were made from. */
  readonly #sources = new WeakMap<object, string>();

  /** All resources of a type; an Error if one is refused: then nothing has changed. Clusters and listeners that are not among them are gone, of the others nothing is. */
  apply(typeUrl: string, resources: readonly Raw[]): void {
    if (typeUrl === CDS) this.#replace(this.clusters, resources, readCluster);
    else if (typeUrl === LDS) this.#replace(this.listeners, resources, readListener);
    for (const resource of resources) {
      const name = text(resource.name) ?? text(resource.cluster_name) ?? '';
      if (typeUrl === EDS) this.endpoints.set(name, readEndpoints(resource));
      else if (typeUrl === RDS) this.routes.set(name, readVirtualHosts(resource));
      else if (typeUrl === SDS) {
        const secret = readSecret(resource);
        if (secret !== undefined) this.secrets.set(name, secret);
      }
    }
  }

  /** What has not changed stays the object it was. */
  #replace<T extends object>(map: Map<string, T>, resources: readonly Raw[], read: (resource: Raw) => T): void {
    const next = resources.map((resource): [string, T] => {
      const name = text(resource.name) ?? '';
      const source = JSON.stringify(resource);
      const before = map.get(name);
      if (before !== undefined && this.#sources.get(before) === source) return [name, before];
      const value = read(resource);
      this.#sources.set(value, source);
      return [name, value];
    });
    map.clear();
    for (const [name, value] of next) map.set(name, value);
  }

  /** What clusters and listeners refer to, by type. */
  references(): { endpoints: string[]; routes: string[]; secrets: string[] } {
    const clusters = [...this.clusters.values()];
    const chains = [...this.listeners.values()].flatMap(chainsOf);
    const contexts = [...clusters.map(({ tls }) => tls), ...chains.map(({ tls }) => tls)];
    return {
      endpoints: clusters.filter(({ eds }) => eds).map(({ name }) => name),
      routes: unique(chains.flatMap(({ filter }) => (filter.kind === 'http' && filter.rds ? [filter.rds] : []))),
      secrets: unique(contexts.flatMap(secretNames)),
    };
  }

  /** Is all there that a listener refers to? Before that Envoy keeps it warming. */
  isReady(listener: EnvoyListenerConfig): boolean {
    return chainsOf(listener).every(
      ({ filter, tls }) =>
        (filter.kind !== 'http' || filter.rds === undefined || this.routes.has(filter.rds)) &&
        secretNames(tls).every((name) => this.secrets.has(name)),
    );
  }
}

function chainsOf({ chains, fallback }: EnvoyListenerConfig) {
  return fallback === undefined ? chains : [...chains, fallback];
}

function secretNames(tls: EnvoyTls | undefined): string[] {
  return [tls?.certificate, tls?.validation].filter((name) => name !== undefined);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
