import type { Clock } from '../core/clock.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import {
  ENDPOINT_SLICES,
  type Endpoint,
  type EndpointSlice,
  PODS,
  type Pod,
  SERVICES,
  type Service,
} from '../kube/objects.ts';
import { matchesLabels } from '../kube/selector.ts';
import type { NewObject, Store } from '../kube/store.ts';
import { ApiBudget } from './api-budget.ts';
import { desiredEndpoints, type EndpointPort, portsKey, updateEndpoints } from './endpoint-slice-endpoints.ts';
import { Informer } from './informer.ts';
import { keyOf, splitKey } from './key.ts';
import { enqueueServicesOfPods } from './service-pods.ts';
import { TriggerTimeTracker, withTriggerTime } from './trigger-time.ts';
import { type Latency, WorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  store: Store;
  clock: Clock;
  /** Ms between hearing of a change and acting on it. Default 1: with the watch it makes the few ms of a real node. */
  latencyMs?: Latency;
  /** Of a run that repeats a recorded one: ms until the API has the next write about this service; undefined: as usual. */
  sentMs?: (key: string) => number | undefined;
}

export interface EndpointSliceControllerOptions extends ControllerOptions {
  /**
   * True if the controller's watch tells of its own last write for this service before the API's answer does: it then takes the
   * write for somebody else's and comes back to the service. A race of microseconds; only a run that repeats a recorded one
   * says it. Default: the answer is first.
   */
  hearsOwnWriteFirst?: (key: string) => boolean;
}

/** How long after a slice's surprising change the controller comes back (endpointSliceChangeMinSyncDelay). */
const SURPRISE_DELAY_MS = 1000;
const MAX_ENDPOINTS_PER_SLICE = 100;
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';

/**
 * The key of a slice without ports. The real controller never knows its own slice again: read back, its ports are null, which is
 * another key than that of an empty list. So it replaces it with each sync, with the endpoints in another order (recording 41).
 */
const NO_PORTS = '';

interface Plan {
  create: NewObject[];
  update: EndpointSlice[];
  remove: EndpointSlice[];
}

/**
 * Keeps the EndpointSlices of every service with a selector.
 * Models kubernetes v1.34 pkg/controller/endpointslice and k8s.io/endpointslice reconciler.go (IPv4, no topology hints).
 */
export class EndpointSliceController {
  readonly #store: Store;
  readonly #pods: Informer<Pod>;
  readonly #queue: WorkQueue;
  readonly #budget: ApiBudget;
  readonly #triggers = new TriggerTimeTracker();
  readonly #hearsOwnWriteFirst: (key: string) => boolean;
  readonly #sentMs: ControllerOptions['sentMs'];
  #stops: (() => void)[] = [];

  constructor(options: EndpointSliceControllerOptions) {
    this.#store = options.store;
    this.#sentMs = options.sentMs;
    this.#pods = new Informer(options.store, PODS);
    this.#hearsOwnWriteFirst = options.hearsOwnWriteFirst ?? (() => false);
    this.#budget = new ApiBudget(options.clock);
    this.#queue = new WorkQueue(options.clock, options.latencyMs ?? 1, (key) => this.#sync(key));
  }

  start(): void {
    const store = this.#store;
    const add = (key: string): void => this.#queue.add(key);
    this.#stops = [
      store.watch(SERVICES, ({ object }) => add(keyOf(object))),
      enqueueServicesOfPods(store, this.#pods, add),
      store.watch(ENDPOINT_SLICES, ({ type, object }) => {
        if (type === 'DELETED')
          add(`${object.metadata.namespace}/${object.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`);
      }),
    ];
    for (const service of store.list(SERVICES)) add(keyOf(service));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#queue.clear();
  }

  #sync(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = this.#store.get(SERVICES, namespace, name);
    const selector = service?.spec?.selector;
    if (service === undefined) this.#triggers.forget(key);
    // Slices of a deleted service go with their owner; those of a service without a selector are someone else's.
    if (service === undefined || selector === undefined || selector === null) return;
    if (service.metadata.deletionTimestamp !== undefined || service.spec?.type === 'ExternalName') return;
    const pods = this.#pods.list(namespace).filter((pod) => matchesLabels(selector, pod.metadata.labels));
    const plan = this.#plan(service, desiredEndpoints(service, pods));
    const requests = this.#requests(plan, this.#triggers.compute(service, pods));
    if (requests.length === 0) return;
    this.#queue.hold(key);
    const then = () => {
      if (this.#hearsOwnWriteFirst(key)) this.#queue.addAfter(key, SURPRISE_DELAY_MS);
      this.#queue.release(key);
    };
    this.#budget.send(requests, then, () => this.#sentMs?.(key));
  }

  /** Models reconciler.go finalize. What has gone while its turn had not come is left alone. */
  #requests(plan: Plan, time: string | undefined): (() => void)[] {
    const store = this.#store;
    const ifThere = (slice: EndpointSlice, request: () => void) => () => {
      if (store.get(ENDPOINT_SLICES, slice.metadata.namespace, slice.metadata.name) !== undefined) request();
    };
    const create = plan.create.map((slice) => () => {
      const metadata = { ...slice.metadata, ...withTriggerTime(undefined, time) };
      store.create(ENDPOINT_SLICES, { ...slice, metadata });
    });
    const update = plan.update.map((slice) => {
      const { annotations, ...rest } = slice.metadata;
      const metadata = { ...rest, ...withTriggerTime(annotations, time) };
      return ifThere(slice, () => store.update(ENDPOINT_SLICES, { ...slice, metadata } as EndpointSlice));
    });
    const remove = plan.remove.map((slice) => {
      const { namespace, name } = slice.metadata;
      return ifThere(slice, () => store.delete(ENDPOINT_SLICES, namespace, name));
    });
    return [...create, ...update, ...remove];
  }

  #slices(service: Service): EndpointSlice[] {
    return this.#store.list(ENDPOINT_SLICES, service.metadata.namespace).filter(({ metadata: { labels } }) => {
      return labels?.[SERVICE_NAME_LABEL] === service.metadata.name && labels?.[MANAGED_BY_LABEL] === MANAGER;
    });
  }

  #plan(service: Service, desired: ReturnType<typeof desiredEndpoints>): Plan {
    const plan: Plan = { create: [], update: [], remove: [] };
    const existing = this.#slices(service);
    for (const [key, group] of desired) {
      const slices = existing.filter((slice) => portsKey(slice.ports) === key);
      if (key === NO_PORTS) fillSlices(plan, service, [], group.ports, inAnotherOrder(slices, group.endpoints));
      else fillSlices(plan, service, slices, group.ports, group.endpoints);
    }
    for (const slice of existing) {
      const key = portsKey(slice.ports);
      if (key === NO_PORTS || !desired.has(key)) plan.remove.push(slice);
    }
    keepPlaceholder(plan, service, existing);
    reuseSlices(plan);
    return plan;
  }
}

/** A new slice gets its endpoints out of a Go map: here those that are there move up by one. */
function inAnotherOrder(slices: readonly EndpointSlice[], wanted: Map<string, Endpoint>): Map<string, Endpoint> {
  const known = slices.flatMap((slice) => slice.endpoints ?? []).map(({ targetRef }) => targetRef?.uid ?? '');
  const [first, ...rest] = known.filter((uid) => wanted.has(uid));
  const moved = first === undefined ? [] : [...rest, first];
  const order = [...moved, ...[...wanted.keys()].filter((uid) => !moved.includes(uid))];
  return new Map(order.map((uid) => [uid, wanted.get(uid) as Endpoint]));
}

/** Models reconciler.go reconcileByPortMapping: what is there is kept in place, room is used before a slice is made. */
function fillSlices(
  plan: Plan,
  service: Service,
  slices: readonly EndpointSlice[],
  ports: EndpointPort[],
  wanted: Map<string, Endpoint>,
): void {
  const labels = sliceLabels(service);
  const kept = slices.map((slice) => ({ slice, ...updateEndpoints(slice.endpoints ?? [], wanted) }));
  for (const one of kept) {
    while (wanted.size > 0 && one.endpoints.length < MAX_ENDPOINTS_PER_SLICE) {
      one.endpoints.push(takeFirst(wanted));
      one.changed = true;
    }
    const { slice, endpoints, changed } = one;
    if (endpoints.length === 0) plan.remove.push(slice);
    else if (changed || !deepEqual(slice.metadata.labels, labels)) {
      plan.update.push({ ...slice, metadata: { ...slice.metadata, labels }, endpoints });
    }
  }
  while (wanted.size > 0) {
    const endpoints: Endpoint[] = [];
    while (wanted.size > 0 && endpoints.length < MAX_ENDPOINTS_PER_SLICE) endpoints.push(takeFirst(wanted));
    plan.create.push(newSlice(service, ports, endpoints));
  }
}

function takeFirst(wanted: Map<string, Endpoint>): Endpoint {
  const [uid, endpoint] = wanted.entries().next().value as [string, Endpoint];
  wanted.delete(uid);
  return endpoint;
}

/** A service without endpoints has one slice without any: so that it can be seen that it was looked at. */
function keepPlaceholder(plan: Plan, service: Service, existing: readonly EndpointSlice[]): void {
  if (plan.create.length > 0 || existing.length !== plan.remove.length) return;
  const [only] = plan.remove;
  const isPlaceholder =
    plan.remove.length === 1 &&
    only !== undefined &&
    portsKey(only.ports) === '' &&
    (only.endpoints ?? []).length === 0;
  if (isPlaceholder) plan.remove = [];
  else plan.create.push(newSlice(service, [], []));
}

/** A slice to be made takes the place of one to be removed: one write instead of two. Models reconciler.go finalize. */
function reuseSlices(plan: Plan): void {
  while (plan.create.length > 0 && plan.remove.length > 0) {
    const made = plan.create.pop() as NewObject;
    const old = plan.remove.shift() as EndpointSlice;
    const metadata = { ...old.metadata, labels: made.metadata.labels ?? {} };
    const { endpoints, ports } = made;
    plan.update.push({ ...old, metadata, endpoints, ports });
  }
}

function newSlice(service: Service, ports: EndpointPort[], endpoints: Endpoint[]): NewObject {
  const { name, namespace, uid } = service.metadata;
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion: ENDPOINT_SLICES.apiVersion,
    kind: ENDPOINT_SLICES.kind,
    metadata: { generateName: `${name}-`, namespace, labels: sliceLabels(service), ownerReferences: [owner] },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}

function sliceLabels(service: Service): Record<string, string> {
  const labels: Record<string, string> = { ...service.metadata.labels };
  if (service.spec?.clusterIP === 'None') labels['service.kubernetes.io/headless'] = '';
  labels[MANAGED_BY_LABEL] = MANAGER;
  labels[SERVICE_NAME_LABEL] = service.metadata.name;
  return labels;
}
