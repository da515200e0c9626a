import type { StampedFact } from '../../../sim/kube/fact.ts';
import type {
  ContainerStatus,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  KubeObject,
  Pod,
  PodCondition,
  ReplicaSet,
} from '../../../sim/kube/objects.ts';
import type { Names } from './names.ts';
import { statusWritesOf } from './set-writes.ts';
import type { ContainerView, EndpointsEntry, EventEntry, PodEntry, ProbeEntry, Story, WorkloadEntry } from './story.ts';
import { World } from './world.ts';

/** The part of a story that a run is compared by. */
export type Observed = Pick<Story, 'events' | 'pods' | 'probes'> &
  Required<Pick<Story, 'endpointslices' | 'endpoints' | 'deployments' | 'replicasets'>>;

/** Sees a run as the recording's watches saw the node: every write as an entry in the recording's form. */
export class Recorder {
  readonly observed: Observed = {
    events: [],
    pods: [],
    probes: [],
    endpointslices: [],
    endpoints: [],
    deployments: [],
    replicasets: [],
  };
  /** Everything that was written in the story's namespace. */
  readonly world = new World();
  readonly #names: Names;
  readonly #namespace: string;
  readonly #errors = new Map<string, number>();
  readonly #objects = new Map<PodEntry, Pod>();

  constructor(names: Names, namespace: string) {
    this.#names = names;
    this.#namespace = namespace;
  }

  /**
   * The pod as it was written in this entry, with what was written later but changed nothing recorded (labels), up to
   * `until` seconds and `next`, the entry after it.
   */
  object(entry: PodEntry, next: PodEntry | undefined, until: number): Pod {
    const { pods } = this.observed;
    const from = pods.indexOf(entry);
    const end = next === undefined ? pods.length : pods.indexOf(next);
    const last = pods.slice(from, end).findLast(({ pod, t }) => pod === entry.pod && t <= until);
    return this.#objects.get(last ?? entry) as Pod;
  }

  /** How many writes of a controller were seen for `namespace/name` of a service; of a ReplicaSet its status. */
  written(controller: string, key: string): number {
    const service = key.slice(key.indexOf('/') + 1);
    if (controller === 'replicaset') {
      const name = this.#names.recordedSet(service);
      return statusWritesOf(this.observed.replicasets.filter((entry) => entry.name === name)).length;
    }
    const entries = controller === 'endpointslice' ? this.observed.endpointslices : this.observed.endpoints;
    return distinctWrites(entries, service).length;
  }

  see(fact: StampedFact): void {
    const t = fact.at / 1000;
    if (fact.kind === 'probe') this.#probe(t, fact);
    if (fact.kind !== 'object' || fact.object.metadata.namespace !== this.#namespace) return;
    const { op } = fact;
    this.world.add(t, op, fact.object);
    const object = fact.object as unknown;
    switch (fact.object.kind) {
      case 'Pod':
        this.#pod(t, op, object as Pod);
        return;
      case 'Event':
        if (op !== 'DELETED') this.#event(t, op, object as Event);
        return;
      case 'EndpointSlice':
        this.observed.endpointslices.push(this.#slice(t, op, object as EndpointSlice));
        return;
      case 'Endpoints':
        this.observed.endpoints.push(this.#endpoints(t, op, object as Endpoints));
        return;
      case 'Deployment':
        this.observed.deployments.push(this.#workload(t, op, object as Deployment));
        return;
      case 'ReplicaSet': {
        this.#names.addSet(fact.object.metadata.name);
        const entry = this.#workload(t, op, object as ReplicaSet);
        this.observed.replicasets.push({ ...entry, name: this.#names.recordedSet(entry.name) });
      }
    }
  }

  /** The log has one line a run: the three attempts of an error are one. */
  #probe(t: number, fact: Extract<StampedFact, { kind: 'probe' }>): void {
    const { container, probe, result } = fact;
    const key = `${fact.pod.uid}/${container}/${probe}`;
    if (result === 'error') {
      const errors = ((this.#errors.get(key) ?? 0) + 1) % 3;
      this.#errors.set(key, errors);
      if (errors !== 0) return;
    } else this.#errors.delete(key);
    this.observed.probes.push({ t, pod: this.#names.recorded(fact.pod.name), container, probe, result } as ProbeEntry);
  }

  #pod(t: number, op: string, pod: Pod): void {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    this.#names.addPod(pod.metadata.name, owner?.name);
    const { status } = pod;
    const init = (status.initContainerStatuses ?? []).map(containerView);
    const entry: PodEntry = {
      t,
      op,
      pod: this.#names.recorded(pod.metadata.name),
      phase: status.phase ?? '',
      conditions: conditions(status.conditions),
      containers: (status.containerStatuses ?? []).map(containerView),
      ...(init.length === 0 ? {} : { init }),
      ip: status.podIP !== undefined,
      deleting: pod.metadata.deletionTimestamp !== undefined,
      ...(status.reason ? { reason: status.reason } : {}),
      ...(status.message ? { message: status.message } : {}),
    };
    this.observed.pods.push(entry);
    this.#objects.set(entry, pod);
  }

  #event(t: number, op: string, event: Event): void {
    const { involvedObject } = event;
    const name = `${involvedObject.kind}/${involvedObject.name}`;
    const entry: EventEntry = {
      t,
      op,
      type: event.type,
      reason: event.reason,
      object: this.#names.inText(name),
      ...(involvedObject.fieldPath ? { fieldPath: involvedObject.fieldPath } : {}),
      message: this.#names.inText(event.message),
      count: event.count ?? 1,
      from: event.reportingComponent || event.source.component,
    };
    this.observed.events.push(entry);
  }

  #slice(t: number, op: string, slice: EndpointSlice): EndpointsEntry {
    const endpoints = (slice.endpoints ?? []).map((endpoint) => ({
      pod: this.#names.recorded(endpoint.targetRef?.name ?? ''),
      ...endpoint.conditions,
    }));
    endpoints.sort((a, b) => compareText(a.pod, b.pod));
    return { t, op, service: slice.metadata.labels?.['kubernetes.io/service-name'] ?? '', endpoints };
  }

  #endpoints(t: number, op: string, object: Endpoints): EndpointsEntry {
    const names = (addresses: readonly { targetRef?: { name?: string } }[] | undefined) =>
      (addresses ?? []).map(({ targetRef }) => this.#names.recorded(targetRef?.name ?? '')).sort(compareText);
    const endpoints = (object.subsets ?? []).map((subset) => ({
      ready: names(subset.addresses),
      notReady: names(subset.notReadyAddresses),
    }));
    return { t, op, service: object.metadata.name, endpoints };
  }

  #workload(t: number, op: string, object: Deployment | ReplicaSet): WorkloadEntry {
    const status: Record<string, number> = {};
    for (const [field, value] of Object.entries(object.status ?? {})) {
      if (typeof value === 'number' && field !== 'collisionCount') status[field] = value;
    }
    const all = conditions((object.status?.conditions ?? []) as PodCondition[]);
    for (const [type, text] of Object.entries(all)) all[type] = this.#names.inText(text);
    return {
      t,
      op,
      name: (object as KubeObject).metadata.name,
      replicas: object.spec?.replicas ?? 0,
      status,
      conditions: all,
    };
  }
}

/** The writes of one service's endpoints that changed something recorded. */
export function distinctWrites(entries: readonly EndpointsEntry[], service: string): EndpointsEntry[] {
  let last = '';
  return entries.filter((entry) => {
    if (entry.service !== service) return false;
    const now = JSON.stringify(entry.endpoints);
    const changed = now !== last;
    last = now;
    return changed;
  });
}

function conditions(all: readonly PodCondition[] | undefined): Record<string, string> {
  const view: Record<string, string> = {};
  for (const { type, status, reason, message } of all ?? []) {
    view[type] = `${status}${reason ? ` ${reason}${message ? `: ${message}` : ''}` : message ? `: ${message}` : ''}`;
  }
  return view;
}

function containerView(status: ContainerStatus): ContainerView {
  const { waiting, running, terminated } = status.state ?? {};
  const last = status.lastState?.terminated;
  const reason = waiting?.reason ?? terminated?.reason;
  return {
    name: status.name,
    state: running !== undefined ? 'running' : terminated !== undefined ? 'terminated' : 'waiting',
    ready: status.ready,
    started: status.started ?? false,
    restarts: status.restartCount,
    ...(reason ? { reason } : {}),
    ...(terminated === undefined ? {} : { exitCode: terminated.exitCode }),
    ...(last === undefined
      ? {}
      : { last: { ...(last.reason ? { reason: last.reason } : {}), exitCode: last.exitCode } }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
