import { ENDPOINT_SLICES, SERVICES, type Service } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { ServiceResolver } from '../runtime/virtual/network/network.ts';

/** What a runtime without a cluster's DNS and kube-proxy must know of the Services to stand in for them. */
export interface ServiceCatalogue extends ServiceResolver {
  /** Services that have an address of their own, with their TCP ports. */
  list(): readonly { name: string; namespace: string; clusterIP: string; ports: readonly number[] }[];
  /** Calls `changed` at each change of a Service or its endpoints, until the function that it returns is called. */
  watch(changed: () => void): () => void;
}

/** A ready endpoint of a Service. */
export interface ReadyEndpoint {
  podUID: string;
  ip: string;
  port: number;
}

/** The ready endpoints of a Service's port (default: its first), as its EndpointSlices say. */
export function readyEndpoints(store: Store, service: Service, port?: number): ReadyEndpoint[] {
  const wanted = service.spec?.ports?.find((candidate) => port === undefined || candidate.port === port);
  if (wanted === undefined) return [];
  const found: ReadyEndpoint[] = [];
  for (const slice of store.list(ENDPOINT_SLICES, service.metadata.namespace)) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service.metadata.name) continue;
    const target = slice.ports?.find(({ name }) => (name ?? '') === (wanted.name ?? ''))?.port;
    if (target === undefined) continue;
    for (const { addresses, conditions, targetRef } of slice.endpoints ?? []) {
      const ip = addresses[0];
      if (conditions?.ready !== true || ip === undefined) continue;
      found.push({ podUID: targetRef?.uid ?? '', ip, port: target });
    }
  }
  return found;
}

/**
 * The cluster's DNS and kube-proxy for pods in virtual time: names of Services, and connections to their addresses,
 * spread over the ready endpoints in turn. `store` is asked at each look-up, so it may come to life later.
 */
export class ServiceDirectory implements ServiceCatalogue {
  readonly #store: () => Store | undefined;
  #turn = 0;

  constructor(store: () => Store | undefined) {
    this.#store = store;
  }

  list(): ReturnType<ServiceCatalogue['list']> {
    const services = this.#store()?.list(SERVICES) ?? [];
    return services.flatMap(({ metadata, spec }) => {
      const { clusterIP } = spec ?? {};
      if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None') return [];
      const ports = (spec?.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ port }) => port);
      return [{ name: metadata.name, namespace: metadata.namespace ?? 'default', clusterIP, ports }];
    });
  }

  watch(changed: () => void): () => void {
    const store = this.#store();
    if (store === undefined) return () => {};
    const stops = [store.watch(SERVICES, changed), store.watch(ENDPOINT_SLICES, changed)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  address(name: string): string | undefined {
    const [service = '', namespace] = name.replace(/\.svc(\.cluster\.local)?\.?$/, '').split('.');
    const store = this.#store();
    const found = store?.list(SERVICES, namespace).find(({ metadata }) => metadata.name === service);
    if (store === undefined || found === undefined) return undefined;
    const { clusterIP } = found.spec ?? {};
    // A headless Service's name stands for its pods.
    return clusterIP === 'None' ? readyEndpoints(store, found)[0]?.ip : clusterIP;
  }

  endpoint(ip: string, port: number): { ip: string; port: number } | 'refused' | undefined {
    const store = this.#store();
    const service = store?.list(SERVICES).find(({ spec }) => spec?.clusterIP === ip);
    if (store === undefined || service === undefined) return undefined;
    const ready = readyEndpoints(store, service, port);
    return ready[this.#turn++ % ready.length] ?? 'refused';
  }
}
