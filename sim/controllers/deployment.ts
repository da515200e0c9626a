import { type Clock, rfc3339 } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Forgets } from '../kube/events/event-aggregator.ts';
import { EventRecorder } from '../kube/events/event-recorder.ts';
import type { LabHistory } from '../kube/fact.ts';
import { DEPLOYMENTS, type Deployment, PODS, type Pod, REPLICA_SETS, type ReplicaSet } from '../kube/objects.ts';
import { matchesSelector } from '../kube/selector.ts';
import type { Store, WatchEvent } from '../kube/store.ts';
import { claim, controllerOf, controllerRef, withController, withoutController } from './controller-ref.ts';
import type { DeploymentStatus } from './deployment-conditions.ts';
import { syncDeployment } from './deployment-rollout.ts';
import { DeploymentSync } from './deployment-sync.ts';
import { Informer } from './informer.ts';
import { keyOf, splitKey } from './key.ts';
import { type Latency, WorkQueue } from './work-queue.ts';

export interface DeploymentOptions {
  store: Store;
  clock: Clock;
  random: Random;
  history: LabHistory;
  latencyMs?: Latency;
  /**
   * For a run that repeats a recorded one: true if the controller looked at the deployment `namespace/name` before it had heard of
   * its own last write: the API refuses the next one, and the controller looks again.
   */
  refusesStatus?: ((key: string, status: DeploymentStatus) => boolean) | undefined;
  /** … which message its recorder forgets. */
  forgets?: Forgets | undefined;
}

/** What a write to the API takes: a deployment that has written much is looked at again that much later. */
const MS_PER_WRITE = 2;

/** Models kubernetes v1.34 pkg/controller/deployment/deployment_controller.go. */
export class DeploymentController {
  readonly #options: DeploymentOptions;
  readonly #store: Store;
  readonly #events: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #sets: Informer<ReplicaSet>;
  #stops: (() => void)[] = [];

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#store = options.store;
    const { store, clock, random, history, forgets } = options;
    this.#events = new EventRecorder({ store, clock, random, history, forgets, component: 'deployment-controller' });
    this.#queue = new WorkQueue(clock, options.latencyMs ?? 2, (key) => this.#sync(key));
    this.#sets = new Informer(store, REPLICA_SETS);
  }

  start(): void {
    this.#stops = [
      this.#store.watch(DEPLOYMENTS, ({ object }) => this.#queue.add(keyOf(object))),
      this.#sets.start((event) => this.#setChanged(event)),
      this.#store.watch(PODS, (event) => this.#podChanged(event)),
    ];
    for (const deployment of this.#store.list(DEPLOYMENTS)) this.#queue.add(keyOf(deployment));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#queue.clear();
  }

  #setChanged({ object, previous }: WatchEvent<ReplicaSet>): void {
    const { namespace } = object.metadata;
    const owners = [controllerOf(object), previous === undefined ? undefined : controllerOf(previous)];
    for (const owner of owners) if (owner?.kind === 'Deployment') this.#queue.add(`${namespace}/${owner.name}`);
    if (owners[0] !== undefined) return;
    for (const deployment of this.#store.list(DEPLOYMENTS, namespace)) {
      if (matchesSelector(deployment.spec?.selector, object.metadata.labels)) this.#queue.add(keyOf(deployment));
    }
  }

  /** A Recreate deployment waits for the end of its last pod. Models deletePod. */
  #podChanged({ type, object }: WatchEvent<Pod>): void {
    if (type !== 'DELETED') return;
    const { namespace } = object.metadata;
    const set = this.#store.list(REPLICA_SETS, namespace).find((one) => one.metadata.uid === controllerOf(object)?.uid);
    const owner = set === undefined ? undefined : controllerOf(set);
    const deployment = owner === undefined ? undefined : this.#store.get(DEPLOYMENTS, namespace, owner.name);
    if (deployment?.spec?.strategy?.type !== 'Recreate') return;
    if (this.#podsOf(this.#ownedSets(deployment)).length === 0) this.#queue.add(keyOf(deployment));
  }

  #sync(key: string): void {
    const { clock } = this.#options;
    const { namespace, name } = splitKey(key);
    const deployment = this.#store.get(DEPLOYMENTS, namespace, name);
    if (deployment === undefined) return;
    const sets = this.#claimSets(deployment);
    const now = { ms: clock.epochMs + clock.now(), timestamp: rfc3339(clock) };
    const refuses = (status: DeploymentStatus) => this.#options.refusesStatus?.(key, status) === true;
    const sync = new DeploymentSync(this.#store, this.#events, deployment, sets, now, refuses);
    try {
      const requeueMs = syncDeployment(sync, this.#podsOf(sets));
      this.#queue.forget(key);
      if (requeueMs !== undefined) this.#queue.addAfter(key, requeueMs);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#queue.addRateLimited(key);
    }
    this.#queue.holdFor(key, sync.writes * MS_PER_WRITE);
  }

  #ownedSets(deployment: Deployment): ReplicaSet[] {
    return this.#store
      .list(REPLICA_SETS, deployment.metadata.namespace)
      .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
  }

  #podsOf(sets: readonly ReplicaSet[]): Pod[] {
    const uids = new Set(sets.map((set) => set.metadata.uid));
    const namespace = sets[0]?.metadata.namespace;
    if (namespace === undefined) return [];
    return this.#store.list(PODS, namespace).filter((pod) => uids.has(controllerOf(pod)?.uid ?? ''));
  }

  #claimSets(deployment: Deployment): ReplicaSet[] {
    const claimed: ReplicaSet[] = [];
    for (const set of this.#sets.list(deployment.metadata.namespace)) {
      const verdict = claim(deployment, set, matchesSelector(deployment.spec?.selector, set.metadata.labels));
      if (verdict === 'keep') claimed.push(set);
      if (verdict === 'adopt') {
        const metadata = withController(set.metadata, controllerRef(deployment));
        claimed.push(this.#setMetadata(set, metadata));
      }
      if (verdict === 'release') {
        this.#setMetadata(set, withoutController(set.metadata, deployment.metadata.uid));
      }
    }
    return claimed;
  }

  #setMetadata(set: ReplicaSet, metadata: ReplicaSet['metadata']): ReplicaSet {
    const { ownerReferences } = metadata;
    const { namespace, name } = set.metadata;
    return this.#store.mutate(REPLICA_SETS, namespace, name, (current) => {
      const { ownerReferences: _, ...rest } = current.metadata;
      return { ...current, metadata: ownerReferences === undefined ? rest : { ...rest, ownerReferences } };
    });
  }
}
