import { deepEqual } from '../kube/deep-equal.ts';
import { ENDPOINTS, type Endpoints, PODS, type Pod, SERVICES, type Service } from '../kube/objects.ts';
import { matchesLabels } from '../kube/selector.ts';
import type { Store } from '../kube/store.ts';
import { ApiBudget } from './api-budget.ts';
import type { ControllerOptions } from './endpoint-slice.ts';
import { Informer } from './informer.ts';
import { keyOf, splitKey } from './key.ts';
import { belongsInEndpoints, isPodReady, podAddress } from './pod-conditions.ts';
import { findPort } from './pod-ports.ts';
import { enqueueServicesOfPods } from './service-pods.ts';
import { TriggerTimeTracker, withTriggerTime } from './trigger-time.ts';
import { WorkQueue } from './work-queue.ts';

type Subset = NonNullable<Endpoints['subsets']>[number];
type Address = NonNullable<Subset['addresses']>[number];
type Port = NonNullable<Subset['ports']>[number];

/** Keeps the v1 Endpoints of every service with a selector. Models kubernetes v1.34 pkg/controller/endpoint. */
export class EndpointsController {
  readonly #store: Store;
  readonly #pods: Informer<Pod>;
  readonly #queue: WorkQueue;
  readonly #budget: ApiBudget;
  readonly #triggers = new TriggerTimeTracker();
  readonly #sentMs: ControllerOptions['sentMs'];
  #stops: (() => void)[] = [];

  constructor(options: ControllerOptions) {
    this.#store = options.store;
    this.#sentMs = options.sentMs;
    this.#pods = new Informer(options.store, PODS);
    this.#budget = new ApiBudget(options.clock);
    this.#queue = new WorkQueue(options.clock, options.latencyMs ?? 1, (key) => this.#sync(key));
  }

  start(): void {
    const add = (key: string): void => this.#queue.add(key);
    this.#stops = [
      this.#store.watch(SERVICES, ({ object }) => add(keyOf(object))),
      enqueueServicesOfPods(this.#store, this.#pods, add),
      this.#store.watch(ENDPOINTS, ({ type, object }) => {
        if (type === 'DELETED') add(keyOf(object));
      }),
    ];
    for (const service of this.#store.list(SERVICES)) add(keyOf(service));
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
    const current = store.get(ENDPOINTS, namespace, name);
    if (service === undefined) {
      this.#triggers.forget(key);
      if (current !== undefined) store.delete(ENDPOINTS, namespace, name);
      return;
    }
    const selector = service.spec?.selector;
    if (selector === undefined || selector === null || service.spec?.type === 'ExternalName') return;
    const pods = this.#pods.list(namespace).filter((pod) => matchesLabels(selector, pod.metadata.labels));
    const request = this.#request(service, current, subsetsOf(service, pods), this.#triggers.compute(service, pods));
    if (request === undefined) return;
    this.#queue.hold(key);
    const then = () => this.#queue.release(key);
    this.#budget.send([request], then, () => this.#sentMs?.(key));
  }

  /** The write that is needed; undefined if none is. */
  #request(
    service: Service,
    current: Endpoints | undefined,
    subsets: Subset[],
    time: string | undefined,
  ): (() => void) | undefined {
    const store = this.#store;
    const { namespace, name } = service.metadata;
    const labels = endpointsLabels(service);
    const content = subsets.length === 0 ? {} : { subsets };
    if (current === undefined) {
      const { apiVersion, kind } = ENDPOINTS;
      const metadata = { name, namespace, labels, ...withTriggerTime(undefined, time) };
      return () => store.create(ENDPOINTS, { apiVersion, kind, metadata, ...content });
    }
    if (deepEqual(current.subsets ?? [], subsets) && deepEqual(current.metadata.labels, labels)) return undefined;
    const { subsets: _, ...rest } = current;
    const { annotations, ...metadata } = current.metadata;
    const next = { ...metadata, labels, ...withTriggerTime(annotations, time) } as Endpoints['metadata'];
    return () => {
      if (store.get(ENDPOINTS, namespace, name) !== undefined)
        store.update(ENDPOINTS, { ...rest, metadata: next, ...content });
    };
  }
}

function endpointsLabels(service: Service): Record<string, string> {
  const labels: Record<string, string> = { ...service.metadata.labels };
  labels['endpoints.kubernetes.io/managed-by'] = 'endpoint-controller';
  if (service.spec?.clusterIP === 'None') labels['service.kubernetes.io/headless'] = '';
  return labels;
}

interface Group {
  ports: Port[];
  ready: Address[];
  notReady: Address[];
}

/**
 * One subset per set of addresses that offer the same ports: a pod that lacks one of the service's ports makes them
 * several, and a pod that has all of them stands in each.
 * Models kubernetes v1.34 pkg/api/v1/endpoints/util.go RepackSubsets.
 */
function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const publish = service.spec?.publishNotReadyAddresses === true;
  const byPort = new Map<string, Group>();
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, publish)) continue;
    const ports = portsOf(service, pod);
    if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) continue;
    const address = addressOf(service, pod);
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const key = JSON.stringify(port ?? null);
      const group = byPort.get(key) ?? { ports: port === undefined ? [] : [port], ready: [], notReady: [] };
      byPort.set(key, group);
      (publish || isPodReady(pod) ? group.ready : group.notReady).push(address);
    }
  }
  return withSameAddresses([...byPort.values()]).map(({ ports, ready, notReady }) => ({
    ...(ready.length === 0 ? {} : { addresses: ready.sort(byAddress) }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.sort(byAddress) }),
    ...(ports.length === 0 ? {} : { ports }),
  }));
}

/** Ports that the same addresses offer are one group. */
function withSameAddresses(groups: readonly Group[]): Group[] {
  const merged = new Map<string, Group>();
  const keys = (addresses: readonly Address[]) =>
    addresses.map(({ ip, targetRef }) => `${ip} ${targetRef?.uid}`).sort();
  for (const group of groups) {
    const key = JSON.stringify([keys(group.ready), keys(group.notReady)]);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...group, ports: [...group.ports] });
    else known.ports.push(...group.ports);
  }
  return [...merged.values()];
}

function portsOf(service: Service, pod: Pod): Port[] {
  const ports: Port[] = [];
  for (const one of service.spec?.ports ?? []) {
    const port = findPort(pod, one);
    if (port === undefined) continue;
    const { name, appProtocol } = one;
    ports.push({
      ...(name === undefined ? {} : { name }),
      port,
      protocol: one.protocol ?? 'TCP',
      ...(appProtocol === undefined ? {} : { appProtocol }),
    });
  }
  return ports;
}

function addressOf(service: Service, pod: Pod): Address {
  const { name, namespace, uid } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  return {
    ip: podAddress(pod) ?? '',
    ...(hostname !== undefined && subdomain === service.metadata.name ? { hostname } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function byAddress(a: Address, b: Address): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
  return (a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1;
}
