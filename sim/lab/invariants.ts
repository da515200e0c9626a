import { parseDuration } from '../core/duration.ts';
import type {
  ContainerFact,
  LabHistory,
  ProbeFact,
  ProbeResult,
  ResultFact,
  StampedFact,
  WorkerFact,
} from '../kube/fact.ts';
import type { ContainerStatus, EndpointSlice, KubeObject, Pod, Service } from '../kube/objects.ts';
import { EndpointWatch } from './endpoint-watch.ts';

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

/** A status is written a little after it was so. */
const PUBLISH_LAG_MS = 200;
const BACKOFF_CAP_MS = 300_000;

/** A probe's last result for a container, in the kubelet process that runs now. */
interface KnownResult {
  result: ProbeResult;
  since: number;
}

/**
 * Watches a run and notes what must never happen in any run, whatever it expects. It knows facts only: container starts
 * and ends, published statuses, probe attempts.
 */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly #startedAt = new Map<string, number>();
  /** Container ids that a published status shows as not running, and since when. */
  readonly #notRunning = new Map<string, number>();
  readonly #startup = new Map<string, KnownResult>();
  readonly #readiness = new Map<string, KnownResult>();
  readonly #endedWorkers = new Map<string, number>();
  /** When a worker's last attempt ended in an error: the next attempt is the same run. */
  readonly #erredAt = new Map<string, number>();
  readonly #restarts = new Map<string, number>();
  readonly #ready = new Set<string>();
  readonly #needsStartup = new Set<string>();
  readonly #endpoints = new EndpointWatch((at, text) => this.#note(at, 'endpoint-differs-from-its-pod', text));
  #kubeletStartedAt = Number.NEGATIVE_INFINITY;
  #kubeletStoppedAt: number | undefined;

  constructor(history: LabHistory) {
    history.subscribe((fact) => this.#see(fact));
  }

  /**
   * The kubelet's process began anew at `at`: it knows no results. What ran before counts as started and ready until it
   * has some (spec/kubelet.md 17; from 1.36 on for longer).
   */
  kubeletStarted(at: number): void {
    this.#kubeletStartedAt = at;
    this.#kubeletStoppedAt = undefined;
    this.#startup.clear();
    this.#readiness.clear();
  }

  /** The kubelet's process ended: nobody probes. */
  kubeletStopped(at: number): void {
    this.#kubeletStoppedAt = at;
  }

  /** The run is over: looks once more at what must be so by now. */
  end(at: number): void {
    this.#endpoints.end(at);
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
    const key = workerKey(fact);
    const { startedAt, containerID } = fact;
    // Up to three attempts make a run; it is not looked at the container again in between.
    const goesOn = this.#erredAt.get(key) === startedAt;
    if (fact.result === 'error') this.#erredAt.set(key, at);
    if (!goesOn && !this.#runs(containerID, startedAt)) this.#noteProbe(fact, 'probe-of-a-container-that-does-not-run');
    if (!goesOn && fact.probe !== 'startup' && this.#isGated(fact)) this.#noteProbe(fact, 'probe-before-started');
    const ended = this.#endedWorkers.get(key) ?? this.#kubeletStoppedAt;
    if (ended !== undefined && startedAt > ended) this.#noteProbe(fact, 'probe-by-a-stopped-worker');
  }

  #runs(containerID: string, at: number): boolean {
    const goneAt = this.#notRunning.get(containerID);
    return this.#startedAt.has(containerID) && (goneAt === undefined || goneAt >= at);
  }

  /** It has a startup probe that has not succeeded. */
  #isGated({ pod, container, containerID, startedAt }: ProbeFact): boolean {
    if (!this.#needsStartup.has(`${pod.uid}/${container}`)) return false;
    const known = this.#startup.get(containerID);
    if (known === undefined) return !this.#isOlderThanKubelet(containerID);
    return known.result !== 'Success' && known.since < startedAt;
  }

  #isOlderThanKubelet(containerID: string): boolean {
    return (this.#startedAt.get(containerID) ?? 0) <= this.#kubeletStartedAt;
  }

  #noteProbe(fact: ProbeFact & { at?: number }, rule: Violation['rule']): void {
    const { pod, container, probe, startedAt } = fact;
    this.#note(
      fact.at ?? startedAt,
      rule,
      `${probe} probe of ${pod.namespace}/${pod.name} ${container} at ${startedAt} ms`,
    );
  }

  #container(fact: ContainerFact & { at: number }): void {
    if (fact.op === 'started') this.#startedAt.set(fact.containerID, fact.at);
  }

  #result({ probe, containerID, result, at }: ResultFact & { at: number }): void {
    if (probe === 'startup') this.#startup.set(containerID, { result, since: at });
    if (probe === 'readiness') this.#readiness.set(containerID, { result, since: at });
  }

  #worker(fact: WorkerFact, at: number): void {
    if (fact.op === 'added') this.#endedWorkers.delete(workerKey(fact));
    else this.#endedWorkers.set(workerKey(fact), at);
  }

  #object(op: string, object: KubeObject, at: number): void {
    const deleted = op === 'DELETED';
    if (object.kind === 'Pod') this.#pod(object as unknown as Pod, at, deleted);
    else if (object.kind === 'Service') this.#endpoints.service(object as unknown as Service, deleted);
    else if (object.kind === 'EndpointSlice') this.#endpoints.slice(object as unknown as EndpointSlice, at, deleted);
  }

  #pod(pod: Pod, at: number, deleted: boolean): void {
    const { uid } = pod.metadata;
    this.#endpoints.pod(pod, at, deleted);
    for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
      if (container.startupProbe !== undefined) this.#needsStartup.add(`${uid}/${container.name}`);
    }
    const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
    for (const status of statuses) this.#containerStatus(pod, status, at);
    const ready = pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    if (ready && !this.#ready.has(uid)) this.#becameReady(pod, statuses, at);
    if (ready) this.#ready.add(uid);
    else this.#ready.delete(uid);
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
    for (const { name, readinessProbe } of pod.spec.containers) {
      if (readinessProbe === undefined) continue;
      const id = statuses.find((status) => status.name === name)?.containerID ?? '';
      const known = this.#readiness.get(id);
      const excused = known === undefined ? this.#isOlderThanKubelet(id) : at - known.since <= PUBLISH_LAG_MS;
      if (known?.result === 'Success' || excused) continue;
      this.#note(at, 'ready-without-readiness-success', `${pod.metadata.namespace}/${pod.metadata.name} ${name}`);
    }
  }

  #note(at: number, rule: Violation['rule'], text: string): void {
    this.violations.push({ at, rule, text });
  }
}

function workerKey(fact: { pod: { uid: string }; container: string; probe: string }): string {
  return `${fact.pod.uid}/${fact.container}/${fact.probe}`;
}
