import type { StampedFact } from '../kube/fact.ts';
import type { ContainerStatus, EndpointSlice, Pod } from '../kube/objects.ts';
import { readTold, type Told } from '../programs/registry-client/told.ts';
import { plainName } from './discovery.ts';

/** A stretch of time in which a lane's subject was in one state; ms of run time. */
export interface Span {
  from: number;
  to: number;
  state: 'waiting' | 'starting' | 'running' | 'stopping' | 'exited' | 'ready' | 'serving' | 'ok';
  text: string;
}

/** A moment on a lane. */
export interface Mark {
  at: number;
  state: 'success' | 'failure' | 'warning' | 'error';
  text?: string;
}

/** One line of a timeline. */
export interface Lane {
  /**
   * `container`: app; `probe`: app/liveness; `endpoints`: the Service's name; `registry`, `cache`: who takes the pod for
   * an instance; `calls`: a caller's requests.
   */
  kind: 'container' | 'probe' | 'endpoints' | 'registry' | 'cache' | 'calls';
  namespace: string;
  pod: string;
  name: string;
  spans: Span[];
  marks: Mark[];
}

interface OpenLane extends Lane {
  open: Span | undefined;
}

/**
 * Lanes of a run: containers with their probes in the order of the pod, then the endpoints of each Service, pod by
 * pod in order of creation. Every span is closed at `endMs`.
 */
export function buildLanes(facts: readonly StampedFact[], endMs: number): Lane[] {
  const builder = new LaneBuilder();
  for (const fact of facts) builder.see(fact);
  return builder.finish(endMs);
}

class LaneBuilder {
  readonly #pods = new Map<string, Map<string, OpenLane>>();
  /** Pods' addresses by uid. */
  readonly #addresses = new Map<string, string>();

  see(fact: StampedFact): void {
    if (fact.kind === 'object') {
      if (fact.object.kind === 'Pod') this.#pod(fact.object as unknown as Pod, fact.op, fact.at);
      else if (fact.object.kind === 'EndpointSlice')
        this.#slice(fact.object as unknown as EndpointSlice, fact.op, fact.at);
    } else if (fact.kind === 'container') this.#container(fact, fact.at);
    else if (fact.kind === 'probe') {
      const lane = this.#lane(fact.pod.uid, `${fact.container}/${fact.probe}`);
      lane?.marks.push({ at: fact.startedAt, state: fact.result });
    } else if (fact.kind === 'result') this.#result(fact, fact.at);
    else if (fact.kind === 'log') {
      const told = readTold(fact.line);
      if (told !== undefined) this.#told(told, fact.pod.uid, fact.at);
    }
  }

  /** A registry's view is a lane of each pod it names; failed requests are marks at the caller's pod. */
  #told(told: Told, uid: string, at: number): void {
    if (told.kind === 'call') {
      const pod = this.#pods.get(uid);
      const lane = pod === undefined ? undefined : extraLane(pod, 'calls', `calls ${told.caller}`);
      const failed = told.error !== undefined || (told.status ?? 0) >= 500;
      lane?.marks.push({ at, state: failed ? 'failure' : 'success' });
      return;
    }
    if (told.kind === 'closed' || told.what === 'known') return;
    const kind = told.what;
    const name = kind === 'registry' ? `${told.viewer}/${plainName(told.service)}` : `cache ${told.viewer}`;
    const addresses = new Set(told.addresses.map((address) => address.replace(/:\d+$/, '')));
    for (const [podUID, pod] of this.#pods) {
      const isThere = addresses.has(this.#addresses.get(podUID) ?? '');
      const lane = isThere ? extraLane(pod, kind, name) : pod.get(name);
      if (lane !== undefined) enter(lane, at, isThere ? ['ready', 'ready'] : undefined);
    }
  }

  finish(endMs: number): Lane[] {
    const lanes: Lane[] = [];
    for (const pod of this.#pods.values()) {
      for (const { open, ...lane } of pod.values()) {
        if (open !== undefined) lane.spans.push({ ...open, to: endMs });
        if (lane.spans.length > 0 || lane.marks.length > 0) lanes.push(lane);
      }
    }
    return lanes;
  }

  #lane(uid: string, name: string): OpenLane | undefined {
    return this.#pods.get(uid)?.get(name);
  }

  #pod(pod: Pod, op: string, at: number): void {
    const { uid } = pod.metadata;
    if (!this.#pods.has(uid)) this.#pods.set(uid, emptyLanes(pod));
    if (pod.status.podIP !== undefined) this.#addresses.set(uid, pod.status.podIP);
    for (const status of [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]) {
      const lane = this.#lane(uid, status.name);
      if (lane !== undefined && op !== 'DELETED') waiting(lane, status, at);
    }
    if (op !== 'DELETED') return;
    // A registry, or a caller's cache, may know a pod for longer than it lives.
    for (const lane of this.#pods.get(uid)?.values() ?? []) {
      if (lane.kind !== 'registry' && lane.kind !== 'cache') enter(lane, at, undefined);
    }
  }

  #container(fact: Extract<StampedFact, { kind: 'container' }>, at: number): void {
    const lane = this.#lane(fact.pod.uid, fact.container);
    if (lane === undefined) return;
    const gated = this.#lane(fact.pod.uid, `${fact.container}/startup`) !== undefined;
    if (fact.op === 'started') enter(lane, at, gated ? ['starting', 'starting'] : ['running', 'running']);
    if (fact.op === 'exited') {
      enter(lane, at, ['exited', `exit ${fact.exitCode ?? ''}`.trim()]);
      for (const probe of ['startup', 'readiness', 'liveness']) {
        const probeLane = this.#lane(fact.pod.uid, `${fact.container}/${probe}`);
        if (probeLane !== undefined) enter(probeLane, at, undefined);
      }
    }
    if (fact.op !== 'signalled') return;
    enter(lane, at, ['stopping', fact.signal === 'SIGKILL' ? 'killed' : 'stopping']);
    const cause = this.#lane(fact.pod.uid, `${fact.container}/${fact.cause}`);
    if (cause !== undefined && fact.signal !== 'SIGKILL') cause.marks.push({ at, state: 'failure', text: '→ restart' });
  }

  #result(fact: Extract<StampedFact, { kind: 'result' }>, at: number): void {
    const lane = this.#lane(fact.pod.uid, `${fact.container}/${fact.probe}`);
    if (lane === undefined) return;
    if (fact.probe === 'readiness') enter(lane, at, fact.result === 'Success' ? ['ok', ''] : undefined);
    const container = this.#lane(fact.pod.uid, fact.container);
    if (fact.probe === 'startup' && fact.result === 'Success' && container?.open?.state === 'starting') {
      enter(container, at, ['running', 'running']);
    }
  }

  #slice(slice: EndpointSlice, op: string, at: number): void {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (service === undefined) return;
    const shown = new Set<string>();
    for (const endpoint of op === 'DELETED' ? [] : slice.endpoints) {
      const uid = endpoint.targetRef?.uid;
      const pod = uid === undefined ? undefined : this.#pods.get(uid);
      if (uid === undefined || pod === undefined) continue;
      shown.add(uid);
      const lane = endpointLane(pod, slice, service, endpoint.targetRef?.name ?? '');
      const { ready, serving } = endpoint.conditions ?? {};
      enter(lane, at, ready === true ? ['ready', 'ready'] : serving === true ? ['serving', 'serving'] : undefined);
    }
    for (const [uid, pod] of this.#pods) {
      const lane = pod.get(endpointKey(slice));
      if (lane !== undefined && !shown.has(uid)) enter(lane, at, undefined);
    }
  }
}

function emptyLanes(pod: Pod): Map<string, OpenLane> {
  const lanes = new Map<string, OpenLane>();
  const { namespace, name } = pod.metadata;
  const add = (kind: Lane['kind'], lane: string) =>
    lanes.set(lane, { kind, namespace, pod: name, name: lane, spans: [], marks: [], open: undefined });
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    add('container', container.name);
    if (container.startupProbe !== undefined) add('probe', `${container.name}/startup`);
    if (container.livenessProbe !== undefined) add('probe', `${container.name}/liveness`);
    if (container.readinessProbe !== undefined) add('probe', `${container.name}/readiness`);
  }
  return lanes;
}

function endpointLane(pod: Map<string, OpenLane>, slice: EndpointSlice, service: string, name: string): OpenLane {
  const key = endpointKey(slice);
  let lane = pod.get(key);
  if (lane === undefined) {
    const namespace = slice.metadata.namespace;
    lane = { kind: 'endpoints', namespace, pod: name, name: `svc/${service}`, spans: [], marks: [], open: undefined };
    pod.set(key, lane);
  }
  return lane;
}

function extraLane(pod: Map<string, OpenLane>, kind: Lane['kind'], name: string): OpenLane {
  const first = pod.values().next().value;
  const known = pod.get(name);
  if (known !== undefined) return known;
  const lane: OpenLane = {
    kind,
    namespace: first?.namespace ?? '',
    pod: first?.pod ?? '',
    name,
    spans: [],
    marks: [],
    open: undefined,
  };
  pod.set(name, lane);
  return lane;
}

function endpointKey(slice: EndpointSlice): string {
  return `endpointslice ${slice.metadata.namespace}/${slice.metadata.name}`;
}

/** What only the published status knows: why a container does not run. */
function waiting(lane: OpenLane, status: ContainerStatus, at: number): void {
  const reason = status.state?.waiting?.reason;
  const state = lane.open?.state;
  if (reason === undefined || state === 'running' || state === 'starting' || state === 'stopping') return;
  const backoff = /^back-off (\S+)/.exec(status.state?.waiting?.message ?? '')?.[1];
  enter(lane, at, ['waiting', backoff === undefined ? reason : `back-off ${backoff}`]);
}

function enter(lane: OpenLane, at: number, next: readonly [state: Span['state'], text: string] | undefined): void {
  const open = lane.open;
  if (open !== undefined && next !== undefined && open.state === next[0] && open.text === next[1]) return;
  if (open !== undefined) lane.spans.push({ ...open, to: at });
  lane.open = next === undefined ? undefined : { from: at, to: at, state: next[0], text: next[1] };
}
