import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import { EventRecorder } from '../kube/events/event-recorder.ts';
import { objectReference } from '../kube/events/field-path.ts';
import type { LabHistory } from '../kube/fact.ts';
import { DAEMON_SETS, type DaemonSet, PODS, type Pod } from '../kube/objects.ts';
import { matchesLabels } from '../kube/selector.ts';
import type { Store, WatchEvent } from '../kube/store.ts';
import { untilAvailable } from './availability.ts';
import { controllerOf } from './controller-ref.ts';
import { CONTROLLER_REVISION_HASH, daemonPod } from './daemon-set-pod.ts';
import { Informer } from './informer.ts';
import { keyOf, splitKey } from './key.ts';
import { createPod, type PodCreation } from './pod-creation.ts';
import { podTemplateHash } from './pod-template-hash.ts';
import { type Latency, WorkQueue } from './work-queue.ts';

export interface DaemonSetOptions extends PodCreation {
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** The one node. */
  nodeName: string;
  latencyMs?: Latency;
}

/**
 * Keeps one pod of each DaemonSet on the lab's node, replaces it when the template changes (RollingUpdate) and when it has failed.
 * Models kubernetes v1.34 pkg/controller/daemon/daemon_controller.go for a cluster of one node; ControllerRevisions are
 * not kept: there is nothing to roll back to.
 */
export class DaemonSetController {
  readonly #options: DaemonSetOptions;
  readonly #store: Store;
  readonly #events: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #sets: Informer<DaemonSet>;
  #stops: (() => void)[] = [];

  constructor(options: DaemonSetOptions) {
    this.#options = options;
    this.#store = options.store;
    const { store, clock, random, history } = options;
    this.#events = new EventRecorder({ store, clock, random, history, component: 'daemonset-controller' });
    this.#queue = new WorkQueue(clock, options.latencyMs ?? 2, (key) => this.#sync(key));
    this.#sets = new Informer(store, DAEMON_SETS);
  }

  start(): void {
    this.#stops = [
      this.#sets.start(({ object }) => this.#queue.add(keyOf(object))),
      this.#store.watch(PODS, (event) => this.#podChanged(event)),
    ];
    for (const set of this.#store.list(DAEMON_SETS)) this.#queue.add(keyOf(set));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#queue.clear();
  }

  #podChanged({ object }: WatchEvent<Pod>): void {
    const owner = controllerOf(object);
    if (owner?.kind === 'DaemonSet') this.#queue.add(`${object.metadata.namespace}/${owner.name}`);
  }

  #sync(key: string): void {
    const { namespace, name } = splitKey(key);
    const set = this.#store.get(DAEMON_SETS, namespace, name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const hash = podTemplateHash(set.spec?.template ?? {}, set.status?.collisionCount);
    this.#manage(set, hash);
    this.#writeStatus(set, hash);
  }

  #podsOf(set: DaemonSet): Pod[] {
    return this.#store.list(PODS, set.metadata.namespace).filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
  }

  /** Models manage, podsShouldBeOnNode and rollingUpdate: a pod that goes is waited for before the next is made. */
  #manage(set: DaemonSet, hash: string): void {
    const pods = this.#podsOf(set);
    const wanted = this.#runsOnNode(set);
    const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const failed = alive.filter(({ status }) => status.phase === 'Failed');
    for (const pod of failed) {
      const { namespace, name } = pod.metadata;
      const node = pod.spec.nodeName ?? '';
      const message = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
      this.#events.event(objectReference(set), 'Warning', 'FailedDaemonPod', message);
      this.#deletePod(set, pod);
    }
    if (!wanted) for (const pod of alive) this.#deletePod(set, pod);
    else if (pods.length === 0) this.#createPod(set, hash);
    else if (set.spec?.updateStrategy?.type !== 'OnDelete') {
      const old = alive.filter((pod) => !failed.includes(pod) && !isOfTemplate(pod, hash));
      // One node, so one pod may always be unavailable.
      for (const pod of old) this.#deletePod(set, pod);
    }
  }

  #runsOnNode(set: DaemonSet): boolean {
    const { nodeSelector = {}, nodeName } = set.spec?.template?.spec ?? {};
    const labels = { 'kubernetes.io/hostname': this.#options.nodeName, 'kubernetes.io/os': 'linux' };
    return matchesLabels(nodeSelector, labels) && (nodeName === undefined || nodeName === this.#options.nodeName);
  }

  #createPod(set: DaemonSet, hash: string): void {
    const pod = daemonPod(set, hash, this.#options.nodeName);
    const failure = createPod(this.#options, this.#events, objectReference(set), pod);
    if (failure !== undefined) this.#queue.addRateLimited(keyOf(set));
  }

  #deletePod(set: DaemonSet, pod: Pod): void {
    const { namespace, name } = pod.metadata;
    this.#store.delete(PODS, namespace, name);
    this.#events.event(objectReference(set), 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  }

  /** Models updateDaemonSetStatus. */
  #writeStatus(set: DaemonSet, hash: string): void {
    const { clock } = this.#options;
    const nowMs = clock.epochMs + clock.now();
    const desired = this.#runsOnNode(set) ? 1 : 0;
    const pods = this.#podsOf(set).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const minReady = set.spec?.minReadySeconds ?? 0;
    const waits = pods.map((pod) => untilAvailable(pod, minReady, nowMs));
    const ready = waits.filter((wait) => wait !== undefined).length;
    const available = waits.filter((wait) => wait === 0).length;
    const updated = pods.filter((pod) => isOfTemplate(pod, hash)).length;
    const status = {
      currentNumberScheduled: Math.min(pods.length, desired),
      numberMisscheduled: 0,
      desiredNumberScheduled: desired,
      numberReady: ready,
      observedGeneration: set.metadata.generation ?? 1,
      ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
      ...(available > 0 ? { numberAvailable: available } : {}),
      ...(desired > available ? { numberUnavailable: desired - available } : {}),
    };
    if (!deepEqual(set.status, status)) this.#store.updateStatus(DAEMON_SETS, { ...set, status });
    const next = Math.min(...waits.filter((wait): wait is number => wait !== undefined && wait > 0));
    if (Number.isFinite(next)) this.#queue.addAfter(keyOf(set), next);
  }
}

function isOfTemplate(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[CONTROLLER_REVISION_HASH] === hash;
}
