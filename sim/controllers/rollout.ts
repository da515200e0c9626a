import { type Clock, rfc3339 } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import { DEPLOYMENTS, type Deployment, type Kind, REPLICA_SETS, type ReplicaSet } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { controllerOf } from './controller-ref.ts';
import { revisionOf } from './deployment-revision.ts';
import { byCreation } from './deployment-spec.ts';
import { sameTemplate, withoutHash } from './pod-template-hash.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/**
 * `kubectl scale`. `kind`: DEPLOYMENTS or REPLICA_SETS.
 * @throws LabError NotFound
 */
export function scale(
  store: Store,
  kind: Kind<Deployment> | Kind<ReplicaSet>,
  namespace: string,
  name: string,
  replicas: number,
): void {
  store.mutate<Deployment | ReplicaSet>(kind as Kind<Deployment>, namespace, name, (current) => ({
    ...current,
    spec: { ...current.spec, replicas } as never,
  }));
}

/**
 * `kubectl rollout restart deployment`: a new annotation makes a new template.
 * @throws LabError NotFound; ROLLOUT_PAUSED
 */
export function restartRollout(store: Store, clock: Clock, namespace: string, name: string): void {
  store.mutate(DEPLOYMENTS, namespace, name, (current) => {
    if (current.spec?.paused === true) {
      throw new LabError(
        'ROLLOUT_PAUSED',
        `deployments.apps "${name}" can't restart paused deployment (run rollout resume first)`,
      );
    }
    const template = current.spec?.template;
    const annotations = { ...template?.metadata?.annotations, [RESTARTED_AT]: rfc3339(clock) };
    const metadata = { ...template?.metadata, annotations };
    return { ...current, spec: { ...current.spec, template: { ...template, metadata } } as never };
  });
}

/** `kubectl rollout pause deployment` and `resume`. @throws LabError NotFound */
export function setPaused(store: Store, namespace: string, name: string, paused: boolean): void {
  store.mutate(DEPLOYMENTS, namespace, name, (current) => {
    const { paused: _, ...spec } = current.spec ?? ({} as never);
    return { ...current, spec: (paused ? { ...spec, paused } : spec) as never };
  });
}

/**
 * `kubectl rollout undo deployment`: the template of the revision before, or of `toRevision`. What kubectl prints.
 * Models kubectl v1.34 pkg/polymorphichelpers/rollback.go DeploymentRollbacker.
 * @throws LabError NotFound; ROLLOUT_PAUSED; ROLLOUT_HISTORY: there is no such revision
 */
export function undoRollout(store: Store, namespace: string, name: string, toRevision = 0): string {
  const deployment = store.mutate(DEPLOYMENTS, namespace, name, (current) => current);
  if (deployment.spec?.paused === true) {
    throw new LabError(
      'ROLLOUT_PAUSED',
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    );
  }
  const set = setOfRevision(store, deployment, toRevision);
  if (sameTemplate(set.spec?.template, deployment.spec?.template)) {
    return `deployment.apps/${name} skipped rollback (current template already matches revision ${revisionOf(set)})`;
  }
  const template = withoutHash(set.spec?.template);
  store.mutate(DEPLOYMENTS, namespace, name, (current) => ({
    ...current,
    spec: { ...current.spec, template } as never,
  }));
  return `deployment.apps/${name} rolled back`;
}

function setOfRevision(store: Store, deployment: Deployment, toRevision: number): ReplicaSet {
  const { namespace, name, uid } = deployment.metadata;
  const sets = store.list(REPLICA_SETS, namespace).filter((set) => controllerOf(set)?.uid === uid);
  sets.sort((a, b) => revisionOf(b) - revisionOf(a) || byCreation(a, b));
  const found = toRevision === 0 ? sets[1] : sets.find((set) => revisionOf(set) === toRevision);
  if (found !== undefined) return found;
  const message =
    toRevision === 0
      ? `no rollout history found for deployment "${name}"`
      : `unable to find specified revision ${toRevision} in history`;
  throw new LabError('ROLLOUT_HISTORY', message);
}
