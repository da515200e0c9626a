import { parseDuration } from '../core/duration.ts';
import type { ContainerFact, LabHistory, ProbeFact, ResultFact, StampedFact, WorkerFact } from '../kube/fact.ts';
import type { ContainerStatus, EndpointSlice, KubeObject, Pod, Service } from '../kube/objects.ts';

/** A rule of the simulator that did not hold: our bug, whatever the scenario expected. */
export interface Violation {
  at: number;
  rule:
    | 'probe-of-a-container-that-does-not-run'
    | 'probe-before-started'
    | 'probe-by-a-stopped-worker'
    | 'ready-without-readiness-success'
    | 'restart-count-fell'
    | 'back-off-above-its-cap'
    | 'endpoint-differs-from-its-pod';
  text: string;
}

/** Endpoints follow pods: within this time an older state of the pod may still be shown. */
const ENDPOINT_LAG_MS = 200;
const BACKOFF_CAP_MS = 300_000;

interface Readiness {
  ready: boolean;
  since: number;
  before: boolean;
}

/**
 * Watches a run and notes what must never happen in any run, whatever it expects. It knows facts only: container starts
 * and ends, published statuses, probe attempts.
 */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly #started = new Set<string>();
  /** Container ids that a published status shows as not running, and since when. */
  readonly #notRunning = new Map<string, number>();
  readonly #startupSucceeded = new Set<string>();
  readonly #readiness = new Map<string, string>();
  readonly #endedWorkers = new Map<string, number>();
  readonly #restarts = new Map<string, number>();
  readonly #pods = new Map<string, Readiness>();
  readonly #publishesNotReady = new Set<string>();
  readonly #needsStartup = new Set<string>();
  #kubeletRestarted = false;

  constructor(history: LabHistory) {
    history.subscribe((fact) => this.#see(fact));
  }

  /** After a kubelet restart readiness is published without a probe (spec/kubelet.md 17): those rules are off. */
  kubeletRestarted(): void {
    this.#kubeletRestarted = true;
  }

  #see(fact: StampedFact): void {
    switch (fact.kind) {
      case 'probe':
        this.#probe(fact, fact.at);
        return;
      case 'container':
        this.#container(fact);
        return;
      case 'result':
        this.#result(fact);
        return;
      case 'worker':
        this.#worker(fact, fact.at);
        return;
      case 'object':
        this.#object(fact.op, fact.object, fact.at);
        return;
      default:
    }
  }

  #probe(fact: ProbeFact, at: number): void {
    const who = `${fact.probe} probe of ${fact.pod.namespace}/${fact.pod.name} ${fact.container} at ${fact.startedAt} ms`;
    const goneAt = this.#notRunning.get(fact.containerID);
    if (!this.#started.has(fact.containerID) || (goneAt !== undefined && goneAt < fact.startedAt)) {
      this.#note(at, 'probe-of-a-container-that-does-not-run', who);
    }
    const gated = fact.probe !== 'startup' && this.#needsStartup.has(`${fact.pod.uid}/${fact.container}`);
    if (gated && !this.#kubeletRestarted && !this.#startupSucceeded.has(fact.containerID)) {
      this.#note(at, 'probe-before-started', who);
    }
    const ended = this.#endedWorkers.get(workerKey(fact));
    if (ended !== undefined && fact.startedAt > ended) this.#note(at, 'probe-by-a-stopped-worker', who);
  }

  #container(fact: ContainerFact): void {
    if (fact.op === 'started') this.#started.add(fact.containerID);
  }

  #result(fact: ResultFact): void {
    if (fact.probe === 'startup' && fact.result === 'Success') this.#startupSucceeded.add(fact.containerID);
    if (fact.probe === 'readiness') this.#readiness.set(fact.containerID, fact.result);
  }

  #worker(fact: WorkerFact, at: number): void {
    if (fact.op === 'added') this.#endedWorkers.delete(workerKey(fact));
    else this.#endedWorkers.set(workerKey(fact), at);
  }

  #object(op: string, object: KubeObject, at: number): void {
    if (object.kind === 'Pod') this.#pod(object as unknown as Pod, at, op === 'DELETED');
    else if (object.kind === 'Service') this.#service(object as unknown as Service);
    else if (object.kind === 'EndpointSlice' && op !== 'DELETED') this.#slice(object as unknown as EndpointSlice, at);
  }

  #pod(pod: Pod, at: number, deleted: boolean): void {
    const { uid } = pod.metadata;
    for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
      if (container.startupProbe !== undefined) this.#needsStartup.add(`${uid}/${container.name}`);
    }
    const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
    for (const status of statuses) this.#containerStatus(pod, status, at);
    const condition = pod.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
    const ready = condition && !deleted && pod.metadata.deletionTimestamp === undefined;
    const known = this.#pods.get(uid);
    if (known === undefined || known.ready !== ready) {
      this.#pods.set(uid, { ready, since: at, before: known?.ready ?? false });
      if (ready) this.#becameReady(pod, statuses, at);
    }
  }

  #containerStatus(pod: Pod, status: ContainerStatus, at: number): void {
    const key = `${pod.metadata.uid}/${status.name}`;
    const before = this.#restarts.get(key) ?? 0;
    if (status.restartCount < before) {
      const who = `${pod.metadata.namespace}/${pod.metadata.name} ${status.name}`;
      this.#note(at, 'restart-count-fell', `${who}: ${before} → ${status.restartCount}`);
    }
    this.#restarts.set(key, status.restartCount);
    const id = status.containerID;
    if (id && status.state?.running === undefined && !this.#notRunning.has(id)) this.#notRunning.set(id, at);
    const wait = /^back-off (\S+) restarting/.exec(status.state?.waiting?.message ?? '')?.[1];
    if (wait !== undefined && (parseDuration(wait) ?? 0) > BACKOFF_CAP_MS) {
      this.#note(at, 'back-off-above-its-cap', `${pod.metadata.name} ${status.name}: ${wait}`);
    }
  }

  #becameReady(pod: Pod, statuses: readonly ContainerStatus[], at: number): void {
    if (this.#kubeletRestarted) return;
    for (const container of pod.spec.containers) {
      if (container.readinessProbe === undefined) continue;
      const id = statuses.find(({ name }) => name === container.name)?.containerID ?? '';
      if (this.#readiness.get(id) !== 'Success') {
        this.#note(
          at,
          'ready-without-readiness-success',
          `${pod.metadata.namespace}/${pod.metadata.name} ${container.name}`,
        );
      }
    }
  }

  #service(service: Service): void {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    if (service.spec?.publishNotReadyAddresses === true) this.#publishesNotReady.add(key);
    else this.#publishesNotReady.delete(key);
  }

  #slice(slice: EndpointSlice, at: number): void {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'] ?? '';
    const always = this.#publishesNotReady.has(`${slice.metadata.namespace}/${service}`);
    for (const endpoint of slice.endpoints ?? []) {
      const pod = this.#pods.get(endpoint.targetRef?.uid ?? '');
      const shown = endpoint.conditions?.ready;
      if (pod === undefined || shown === undefined || shown === pod.ready || (always && shown)) continue;
      const lagging = at - pod.since <= ENDPOINT_LAG_MS;
      if (!lagging) {
        const who = `${service} → ${endpoint.targetRef?.name}`;
        this.#note(at, 'endpoint-differs-from-its-pod', `${who}: ready=${shown}, pod ready=${pod.ready}`);
      }
    }
  }

  #note(at: number, rule: Violation['rule'], text: string): void {
    this.violations.push({ at, rule, text });
  }
}

function workerKey(fact: { pod: { uid: string }; container: string; probe: string }): string {
  return `${fact.pod.uid}/${fact.container}/${fact.probe}`;
}
