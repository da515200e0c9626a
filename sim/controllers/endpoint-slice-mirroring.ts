import { deepEqual } from '../kube/deep-equal.ts';
import {
  ENDPOINT_SLICES,
  ENDPOINTS,
  type Endpoint,
  type EndpointSlice,
  type Endpoints,
  SERVICES,
} from '../kube/objects.ts';
import type { NewObject, Store } from '../kube/store.ts';
import { type ControllerOptions, MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from './endpoint-slice.ts';
import { keyOf, splitKey } from './key.ts';
import { WorkQueue } from './work-queue.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';

/**
 * Copies the Endpoints of services without a selector into EndpointSlices.
 * Models kubernetes v1.34 pkg/controller/endpointslicemirroring (one slice per subset).
 */
export class EndpointSliceMirroringController {
  readonly #store: Store;
  readonly #queue: WorkQueue;
  #stops: (() => void)[] = [];

  constructor(options: ControllerOptions) {
    this.#store = options.store;
    this.#queue = new WorkQueue(options.clock, options.latencyMs ?? 1, (key) => this.#sync(key));
  }

  start(): void {
    this.#stops = [
      this.#store.watch(SERVICES, ({ object }) => this.#queue.add(keyOf(object))),
      this.#store.watch(ENDPOINTS, ({ object }) => this.#queue.add(keyOf(object))),
    ];
    for (const endpoints of this.#store.list(ENDPOINTS)) this.#queue.add(keyOf(endpoints));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#queue.clear();
  }

  #sync(key: string): void {
    const store = this.#store;
    const { namespace, name } = splitKey(key);
    const service = store.get(SERVICES, namespace, name);
    const endpoints = store.get(ENDPOINTS, namespace, name);
    const hasSelector = service?.spec?.selector !== undefined && service.spec.selector !== null;
    const wanted = service === undefined || hasSelector || endpoints === undefined ? [] : mirror(endpoints);
    const slices = store.list(ENDPOINT_SLICES, namespace).filter(({ metadata: { labels } }) => {
      return labels?.[SERVICE_NAME_LABEL] === name && labels?.[MANAGED_BY_LABEL] === MANAGER;
    });
    wanted.forEach((slice, index) => {
      const current = slices[index];
      const { endpoints: next, ports } = slice;
      if (current === undefined) store.create(ENDPOINT_SLICES, slice);
      else if (!deepEqual(current.endpoints, next) || !deepEqual(current.ports, ports)) {
        store.update(ENDPOINT_SLICES, { ...current, endpoints: next, ports });
      }
    });
    for (const slice of slices.slice(wanted.length)) store.delete(ENDPOINT_SLICES, namespace, slice.metadata.name);
  }
}

function mirror(endpoints: Endpoints): NewObject[] {
  const { name, namespace, uid, labels } = endpoints.metadata;
  const owner = { apiVersion: 'v1', kind: 'Endpoints', name, uid, controller: true, blockOwnerDeletion: true };
  return (endpoints.subsets ?? []).map((subset) => ({
    apiVersion: ENDPOINT_SLICES.apiVersion,
    kind: ENDPOINT_SLICES.kind,
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [MANAGED_BY_LABEL]: MANAGER, [SERVICE_NAME_LABEL]: name },
      ownerReferences: [owner],
    },
    addressType: 'IPv4',
    endpoints: [...toEndpoints(subset.addresses, true), ...toEndpoints(subset.notReadyAddresses, false)],
    ports: (subset.ports ?? []).map((port) => ({ ...port, name: port.name ?? '' })),
  }));
}

type Addresses = NonNullable<Endpoints['subsets']>[number]['addresses'];

function toEndpoints(addresses: Addresses, ready: boolean): EndpointSlice['endpoints'] & Endpoint[] {
  return (addresses ?? []).map(({ ip, hostname, nodeName, targetRef }) => ({
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  }));
}
