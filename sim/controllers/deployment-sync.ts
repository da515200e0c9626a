import { LabError } from '../core/errors.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import type { EventRecorder } from '../kube/events/event-recorder.ts';
import { objectReference } from '../kube/events/field-path.ts';
import { DEPLOYMENTS, type Deployment, REPLICA_SETS, type ReplicaSet } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { controllerRef } from './controller-ref.ts';
import { condition, conditionOf, type DeploymentStatus, REASONS, setCondition } from './deployment-conditions.ts';
import { maxRevision, newSetAnnotations, REVISION, revisionOf, withReplicas } from './deployment-revision.ts';
import { byCreation, newSetReplicas, progressDeadline, replicasOf } from './deployment-spec.ts';
import type { Now } from './deployment-status.ts';
import { POD_TEMPLATE_HASH, podTemplateHash, sameTemplate, withoutHash } from './pod-template-hash.ts';

/** What one look at a deployment needs: the deployment as last written, its sets, and the writes to both. */
export class DeploymentSync {
  readonly now: Now;
  /** Requests sent so far, also the one that was in conflict. */
  writes = 0;
  readonly #store: Store;
  readonly #events: EventRecorder;
  #deployment: Deployment;
  #sets: ReplicaSet[];
  #written = false;
  readonly #refuses: ((status: DeploymentStatus) => boolean) | undefined;

  /** `refuses`: of a run that repeats a recorded one, whether the API has a newer version of the deployment. */
  constructor(
    store: Store,
    events: EventRecorder,
    deployment: Deployment,
    sets: readonly ReplicaSet[],
    now: Now,
    refuses?: (status: DeploymentStatus) => boolean,
  ) {
    this.#refuses = refuses;
    this.#store = store;
    this.#events = events;
    this.#deployment = deployment;
    this.#sets = [...sets].sort(byCreation);
    this.now = now;
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  /** The set of the template in force, if there is one. Models deployment_util.go FindNewReplicaSet. */
  get newSet(): ReplicaSet | undefined {
    return this.#sets.find((set) => sameTemplate(set.spec?.template, this.#deployment.spec?.template));
  }

  get oldSets(): ReplicaSet[] {
    const { newSet } = this;
    return this.#sets.filter((set) => set !== newSet);
  }

  /**
   * The new set with its revision brought up to date; made, if `create` and there is none.
   * Models kubernetes v1.34 pkg/controller/deployment/sync.go getNewReplicaSet.
   */
  ensureNewSet(create: boolean): ReplicaSet | undefined {
    const found = this.newSet;
    const revision = maxRevision(this.oldSets) + 1;
    if (found !== undefined) return this.#adjustNewSet(found, revision);
    return create ? this.#createNewSet(revision) : undefined;
  }

  #adjustNewSet(found: ReplicaSet, revision: number): ReplicaSet {
    const deployment = this.#deployment;
    const annotations = newSetAnnotations(deployment, found.metadata.annotations, revision, true);
    const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
    const adjusted = this.#updateSet(found, (set) => ({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: {
        ...set.spec,
        ...(minReadySeconds === (set.spec?.minReadySeconds ?? 0) ? {} : { minReadySeconds }),
      } as never,
    }));
    const status = deployment.status ?? {};
    const lacksProgress =
      progressDeadline(deployment) !== undefined && conditionOf(status, 'Progressing') === undefined;
    const message = `Found new replica set "${found.metadata.name}"`;
    const progress = condition('Progressing', 'True', REASONS.found, message, this.now.timestamp);
    const next = lacksProgress ? { ...status, conditions: setCondition(status.conditions ?? [], progress) } : status;
    this.writeStatus(next, String(revisionOf(adjusted)));
    return adjusted;
  }

  #createNewSet(revision: number): ReplicaSet {
    const deployment = this.#deployment;
    const template = withoutHash(deployment.spec?.template);
    const hash = podTemplateHash(template, deployment.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
    const selector = deployment.spec?.selector ?? {};
    const replicas = newSetReplicas(deployment, this.oldSets, 0);
    const name = `${deployment.metadata.name}-${hash}`;
    const { minReadySeconds } = deployment.spec ?? {};
    this.writes++;
    const created = this.#store.create(REPLICA_SETS, {
      apiVersion: REPLICA_SETS.apiVersion,
      kind: REPLICA_SETS.kind,
      metadata: {
        name,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: newSetAnnotations(deployment, undefined, revision, false),
        ownerReferences: [controllerRef(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds === undefined || minReadySeconds === 0 ? {} : { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
      status: { replicas: 0 },
    });
    this.#sets.push(created);
    this.#sets.sort(byCreation);
    if (replicas > 0) this.#event(`Scaled up replica set ${name} from 0 to ${replicas}`);
    const status = deployment.status ?? {};
    const message = `Created new replica set "${name}"`;
    const progress = condition('Progressing', 'True', REASONS.created, message, this.now.timestamp);
    const watched = progressDeadline(deployment) !== undefined;
    const next = watched ? { ...status, conditions: setCondition(status.conditions ?? [], progress) } : status;
    this.writeStatus(next, String(revision));
    return created;
  }

  /** True if the set's size changed; its annotations follow the deployment in any case. Models sync.go scaleReplicaSet. */
  scale(set: ReplicaSet, replicas: number): boolean {
    const before = replicasOf(set);
    const annotations = withReplicas(this.#deployment, set.metadata.annotations ?? {});
    this.#updateSet(set, (current) => ({
      ...current,
      metadata: { ...current.metadata, annotations },
      spec: { ...current.spec, replicas } as never,
    }));
    if (before === replicas) return false;
    const direction = before < replicas ? 'up' : 'down';
    this.#event(`Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`);
    return true;
  }

  deleteSet(set: ReplicaSet): void {
    this.writes++;
    this.#store.delete(REPLICA_SETS, set.metadata.namespace, set.metadata.name);
    this.#sets = this.#sets.filter((one) => one.metadata.uid !== set.metadata.uid);
  }

  /**
   * Writes status and revision if they differ; true if they did. The status sub-resource takes annotations, too.
   * @throws LabError Conflict at the second write: the real controller does not read back what it wrote, so it has to start
   *   again, and sees the sets as they are then.
   */
  writeStatus(status: DeploymentStatus, revision = this.#deployment.metadata.annotations?.[REVISION]): boolean {
    const current = this.#deployment;
    const sameRevision = current.metadata.annotations?.[REVISION] === revision;
    if (sameRevision && deepEqual(current.status ?? {}, status)) return false;
    const { namespace, name } = current.metadata;
    this.writes++;
    if (this.#written || this.#refuses?.(status) === true) {
      throw new LabError('Conflict', `deployments.apps "${name}": written already`, { fault: 'system' });
    }
    this.#written = true;
    this.#deployment = this.#store.mutate(
      DEPLOYMENTS,
      namespace,
      name,
      (stored) => ({
        ...stored,
        metadata:
          sameRevision || revision === undefined
            ? stored.metadata
            : { ...stored.metadata, annotations: { ...stored.metadata.annotations, [REVISION]: revision } },
        status,
      }),
      { subresource: 'status' },
    );
    return true;
  }

  /** Writes the change to the set in force; what is known of its status stays as it was when this look began. */
  #updateSet(set: ReplicaSet, change: (current: ReplicaSet) => ReplicaSet): ReplicaSet {
    if (deepEqual(set, change(set))) return set;
    const { namespace, name, uid } = set.metadata;
    this.writes++;
    const written = this.#store.mutate(REPLICA_SETS, namespace, name, change);
    const updated = { ...written, ...(set.status === undefined ? {} : { status: set.status }) };
    this.#sets = this.#sets.map((one) => (one.metadata.uid === uid ? updated : one));
    return updated;
  }

  #event(message: string): void {
    this.#events.event(objectReference(this.#deployment), 'Normal', 'ScalingReplicaSet', message);
  }
}
