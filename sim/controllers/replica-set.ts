import { type Clock, rfc3339 } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Forgets } from '../kube/events/event-aggregator.ts';
import { EventRecorder } from '../kube/events/event-recorder.ts';
import { objectReference } from '../kube/events/field-path.ts';
import type { LabHistory } from '../kube/fact.ts';
import { PODS, type Pod, REPLICA_SETS, type ReplicaSet } from '../kube/objects.ts';
import { matchesSelector } from '../kube/selector.ts';
import type { Store, WatchEvent } from '../kube/store.ts';
import { ApiBudget } from './api-budget.ts';
import { untilAvailable } from './availability.ts';
import { claim, controllerOf, controllerRef, withController, withoutController } from './controller-ref.ts';
import { inDeletionOrder } from './deletion-order.ts';
import { Informer } from './informer.ts';
import { keyOf, splitKey } from './key.ts';
import { isPodActive } from './pod-conditions.ts';
import { createPod, type PodCreation } from './pod-creation.ts';
import { podFromTemplate } from './pod-from-template.ts';
import { type ManageFailure, type ReplicaSetStatus, replicaSetStatus, sameStatus } from './replica-set-status.ts';
import { type Latency, WorkQueue } from './work-queue.ts';

export interface ReplicaSetOptions extends PodCreation {
  clock: Clock;
  random: Random;
  history: LabHistory;
  latencyMs?: Latency;
  /** For a run that repeats a recorded one: which message its recorder forgets. */
  forgets?: Forgets | undefined;
  /** … what the deletion of a pod, which is asked for now, takes. */
  deletion?: (pod: Pod) => DeletionRequest | undefined;
  /** … and until it has the status of the set `namespace/name`. */
  statusMs?: (key: string) => number | undefined;
}

/** Ms from a request until the API has it, and until its answer is there. */
export interface DeletionRequest {
  writtenMs: number;
  answeredMs: number;
}

/** Pods that one sync creates or deletes at most. */
const BURST_REPLICAS = 500;
/** What one round of requests to the API takes. */
const MS_PER_BATCH = 6;

/** Models kubernetes v1.34 pkg/controller/replicaset/replica_set.go. Reads the store itself, so it needs no expectations. */
export class ReplicaSetController {
  readonly #options: ReplicaSetOptions;
  readonly #store: Store;
  readonly #events: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #sets: Informer<ReplicaSet>;
  readonly #budget: ApiBudget;
  #stops: (() => void)[] = [];
  #stopped = false;

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
    this.#store = options.store;
    const { store, clock, random, history, forgets } = options;
    this.#events = new EventRecorder({ store, clock, random, history, forgets, component: 'replicaset-controller' });
    this.#queue = new WorkQueue(clock, options.latencyMs ?? 2, (key) => this.#sync(key));
    this.#budget = new ApiBudget(clock);
    this.#sets = new Informer(store, REPLICA_SETS);
  }

  start(): void {
    this.#stopped = false;
    this.#stops = [
      this.#sets.start(({ object }) => this.#queue.add(keyOf(object))),
      this.#store.watch(PODS, (event) => this.#podChanged(event)),
    ];
    for (const set of this.#store.list(REPLICA_SETS)) this.#queue.add(keyOf(set));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#stopped = true;
    this.#queue.clear();
  }

  #podChanged({ object, previous }: WatchEvent<Pod>): void {
    const { namespace } = object.metadata;
    const owners = [controllerOf(object), previous === undefined ? undefined : controllerOf(previous)];
    for (const owner of owners) if (owner?.kind === 'ReplicaSet') this.#queue.add(`${namespace}/${owner.name}`);
    if (owners[0] !== undefined) return;
    for (const set of this.#store.list(REPLICA_SETS, namespace)) {
      if (matchesSelector(set.spec?.selector, object.metadata.labels)) this.#queue.add(keyOf(set));
    }
  }

  #sync(key: string): void {
    const { namespace, name } = splitKey(key);
    const set = this.#sets.get(namespace, name);
    if (set === undefined || this.#current(set) === undefined) return;
    const pods = this.#claimPods(set);
    this.#queue.hold(key);
    this.#manageReplicas(set, pods, (failure) => {
      this.#writeStatus(key, set, replicaSetStatus(set, pods, failure, this.#now()), () => {
        this.#queue.release(key);
        this.#requeue(key, set, pods, failure);
      });
    });
  }

  /** The status tells of the pods found at the start, not of those just made: their arrival starts another sync. */
  #writeStatus(key: string, set: ReplicaSet, status: ReplicaSetStatus, done: () => void): void {
    const differs = () => {
      const current = this.#current(set);
      return current !== undefined && !sameStatus(current.status, status);
    };
    if (!differs()) {
      done();
      return;
    }
    this.#later(this.#options.statusMs?.(key) ?? 0, () => {
      const current = this.#current(set);
      if (current !== undefined && differs()) this.#store.updateStatus(REPLICA_SETS, { ...current, status });
      done();
    });
  }

  #requeue(key: string, set: ReplicaSet, pods: readonly Pod[], failure: ManageFailure | undefined): void {
    const now = this.#now();
    if (failure !== undefined) {
      this.#queue.addRateLimited(key);
      return;
    }
    this.#queue.forget(key);
    const waits = pods.map((pod) => untilAvailable(pod, set.spec?.minReadySeconds ?? 0, now.ms) ?? 0);
    const next = Math.min(...waits.filter((wait) => wait > 0));
    if (Number.isFinite(next)) this.#queue.addAfter(key, next);
  }

  /** The set as the store has it; undefined if it is gone. */
  #current(set: ReplicaSet): ReplicaSet | undefined {
    const current = this.#store.get(REPLICA_SETS, set.metadata.namespace, set.metadata.name);
    return current?.metadata.uid === set.metadata.uid ? current : undefined;
  }

  #now(): { ms: number; timestamp: string } {
    const { clock } = this.#options;
    return { ms: clock.epochMs + clock.now(), timestamp: rfc3339(clock) };
  }

  /** The active pods that belong to the set: orphans that match are adopted, owned ones that do not are released. */
  #claimPods(set: ReplicaSet): Pod[] {
    const claimed: Pod[] = [];
    for (const pod of this.#store.list(PODS, set.metadata.namespace)) {
      if (!isPodActive(pod)) continue;
      const verdict = claim(set, pod, matchesSelector(set.spec?.selector, pod.metadata.labels));
      if (verdict === 'keep') claimed.push(pod);
      if (verdict === 'adopt') {
        const metadata = withController(pod.metadata, controllerRef(set));
        claimed.push(this.#store.update(PODS, { ...pod, metadata }));
      }
      if (verdict === 'release') {
        this.#store.update(PODS, { ...pod, metadata: withoutController(pod.metadata, set.metadata.uid) });
      }
    }
    return claimed;
  }

  #manageReplicas(set: ReplicaSet, pods: readonly Pod[], done: (failure?: ManageFailure) => void): void {
    const missing = (set.spec?.replicas ?? 1) - pods.length;
    if (missing === 0 || set.metadata.deletionTimestamp !== undefined) done();
    else if (missing > 0) this.#createPods(set, Math.min(missing, BURST_REPLICAS), 1, done);
    else this.#deletePods(set, pods, Math.min(-missing, BURST_REPLICAS), done);
  }

  /** In batches of 1, 2, 4, …: a set whose pods are refused asks once, not five hundred times. Models slowStartBatch. */
  #createPods(set: ReplicaSet, count: number, batch: number, done: (failure?: ManageFailure) => void): void {
    if (this.#stopped) return;
    if (this.#current(set) === undefined) {
      done();
      return;
    }
    let failure: ManageFailure | undefined;
    this.#request(
      Math.min(batch, count),
      () => {
        failure = this.#createPod(set) ?? failure;
      },
      () => {
        if (failure !== undefined || batch >= count) done(failure);
        else this.#later(MS_PER_BATCH, () => this.#createPods(set, count - batch, batch * 2, done));
      },
    );
  }

  /** Sends `count` requests as the client's budget allows, then calls `done`. */
  #request(count: number, send: (index: number) => void, done: () => void = () => {}): void {
    let last = 0;
    for (let index = 0; index < count; index++) {
      last = this.#budget.spend();
      this.#later(last, () => send(index));
    }
    this.#later(last, done);
  }

  #later(ms: number, run: () => void): void {
    if (ms === 0) run();
    else this.#options.clock.setTimeout(() => this.#stopped || run(), ms);
  }

  #createPod(set: ReplicaSet): ManageFailure | undefined {
    if (this.#current(set) === undefined) return undefined;
    return createPod(this.#options, this.#events, objectReference(set), podFromTemplate(set));
  }

  /** All at once in a cluster, too; but the first is there before the others (spec/cluster.md, recordings 19 and 37). */
  #deletePods(set: ReplicaSet, pods: readonly Pod[], count: number, done: () => void): void {
    const sorted = count < pods.length ? inDeletionOrder(pods, this.#relatedPods(set), this.#now().ms) : pods;
    const [first, ...rest] = sorted.slice(0, count) as [Pod, ...Pod[]];
    let left = rest.length + 1;
    const answered = () => {
      if (--left === 0) done();
    };
    const others = () => this.#request(rest.length, (index) => this.#deletePod(set, rest[index] as Pod, answered));
    this.#request(
      1,
      () => this.#deletePod(set, first, answered),
      () => this.#later(MS_PER_BATCH, others),
    );
  }

  #deletePod(set: ReplicaSet, pod: Pod, answered: () => void): void {
    const { namespace, name, uid } = pod.metadata;
    const { writtenMs, answeredMs } = this.#options.deletion?.(pod) ?? { writtenMs: 0, answeredMs: 0 };
    let deleted = false;
    this.#later(writtenMs, () => {
      if (this.#store.get(PODS, namespace, name)?.metadata.uid !== uid) return;
      this.#store.delete(PODS, namespace, name);
      deleted = true;
    });
    this.#later(answeredMs, () => {
      if (deleted) this.#events.event(objectReference(set), 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      answered();
    });
  }

  /** Active pods of every ReplicaSet of the same Deployment. Models getIndirectlyRelatedPods. */
  #relatedPods(set: ReplicaSet): Pod[] {
    const { namespace } = set.metadata;
    const owner = controllerOf(set)?.uid;
    const siblings = this.#store
      .list(REPLICA_SETS, namespace)
      .filter(
        (one) => one.metadata.uid === set.metadata.uid || (owner !== undefined && controllerOf(one)?.uid === owner),
      );
    const uids = new Set(siblings.map((one) => one.metadata.uid));
    return this.#store
      .list(PODS, namespace)
      .filter((pod) => isPodActive(pod) && uids.has(controllerOf(pod)?.uid ?? ''));
  }
}
