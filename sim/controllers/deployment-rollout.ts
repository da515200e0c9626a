import type { Pod, ReplicaSet } from '../kube/objects.ts';
import { condition, conditionOf, REASONS, setCondition } from './deployment-conditions.ts';
import { DESIRED_REPLICAS, revisionOf } from './deployment-revision.ts';
import { scaleSets } from './deployment-scale.ts';
import {
  activeSets,
  byCreation,
  maxUnavailable,
  newSetReplicas,
  progressDeadline,
  replicasOf,
  sum,
} from './deployment-spec.ts';
import { deploymentStatus, isComplete, rolloutStatusOf, untilStuck } from './deployment-status.ts';
import type { DeploymentSync } from './deployment-sync.ts';

/** Ms until the deployment should be looked at again, if at all. */
type Requeue = number | undefined;

/**
 * One step of a deployment. `pods`: all pods of its sets.
 * Models kubernetes v1.34 pkg/controller/deployment/deployment_controller.go syncDeployment.
 */
export function syncDeployment(sync: DeploymentSync, pods: readonly Pod[]): Requeue {
  if (sync.deployment.metadata.deletionTimestamp !== undefined) {
    sync.writeStatus(deploymentStatus(sync.deployment, [...sync.oldSets, sync.newSet], sync.newSet, sync.now));
    return undefined;
  }
  notePause(sync);
  if (sync.deployment.spec?.paused === true || isScaling(sync)) return rescale(sync);
  return sync.deployment.spec?.strategy?.type === 'Recreate' ? recreate(sync, pods) : rollingUpdate(sync);
}

/** Models sync.go checkPausedConditions. */
function notePause(sync: DeploymentSync): void {
  const { deployment } = sync;
  const current = conditionOf(deployment.status, 'Progressing');
  if (progressDeadline(deployment) === undefined || current?.reason === REASONS.timedOut) return;
  const paused = deployment.spec?.paused === true;
  if (paused === (current?.reason === REASONS.paused)) return;
  const next = paused
    ? condition('Progressing', 'Unknown', REASONS.paused, 'Deployment is paused', sync.now.timestamp)
    : condition('Progressing', 'Unknown', REASONS.resumed, 'Deployment is resumed', sync.now.timestamp);
  sync.writeStatus({ ...deployment.status, conditions: setCondition(deployment.status?.conditions ?? [], next) });
}

/** Models sync.go isScalingEvent. */
function isScaling(sync: DeploymentSync): boolean {
  const newSet = sync.ensureNewSet(false);
  return activeSets([...sync.oldSets, newSet]).some((set) => {
    const desired = set.metadata.annotations?.[DESIRED_REPLICAS];
    return desired !== undefined && Number(desired) !== replicasOf(sync.deployment);
  });
}

/** Models sync.go sync. */
function rescale(sync: DeploymentSync): Requeue {
  const newSet = sync.ensureNewSet(false);
  const old = sync.oldSets;
  for (const { set, replicas } of scaleSets(sync.deployment, newSet, old)) sync.scale(set, replicas);
  if (sync.deployment.spec?.paused === true) cleanUp(sync, old);
  sync.writeStatus(deploymentStatus(sync.deployment, [...old, newSet], newSet, sync.now));
  return undefined;
}

/** Models rolling.go rolloutRolling: one move a time, up before down. */
function rollingUpdate(sync: DeploymentSync): Requeue {
  const newSet = sync.ensureNewSet(true) as ReplicaSet;
  const old = sync.oldSets;
  const moved = scaleNewSet(sync, newSet, old) || scaleOldSets(sync, newSet, old);
  if (!moved && isComplete(sync.deployment, sync.deployment.status)) cleanUp(sync, old);
  return finish(sync, newSet, old);
}

/** Models rolling.go reconcileNewReplicaSet. */
function scaleNewSet(sync: DeploymentSync, newSet: ReplicaSet, old: readonly ReplicaSet[]): boolean {
  const wanted = replicasOf(sync.deployment);
  const current = replicasOf(newSet);
  if (current === wanted) return false;
  return sync.scale(newSet, current > wanted ? wanted : newSetReplicas(sync.deployment, old, current));
}

/** Models rolling.go reconcileOldReplicaSets: pods that are not available go first, they serve nobody. */
function scaleOldSets(sync: DeploymentSync, newSet: ReplicaSet, old: readonly ReplicaSet[]): boolean {
  const active = activeSets(old).sort(byCreation);
  if (active.length === 0) return false;
  const minAvailable = replicasOf(sync.deployment) - maxUnavailable(sync.deployment);
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const room = sum([...active, newSet], replicasOf) - minAvailable - newUnavailable;
  if (room <= 0) return false;
  let cleaned = 0;
  const sizes = active.map((set) => {
    const broken = Math.max(0, replicasOf(set) - (set.status?.availableReplicas ?? 0));
    const gone = Math.min(broken, room - cleaned);
    cleaned += gone;
    if (gone > 0) sync.scale(set, replicasOf(set) - gone);
    return replicasOf(set) - gone;
  });
  let spare = sum([...active, newSet], (set) => set.status?.availableReplicas) - minAvailable;
  let scaled = cleaned;
  active.forEach((set, index) => {
    const size = sizes[index] ?? 0;
    const gone = Math.min(size, Math.max(0, spare));
    if (gone === 0) return;
    spare -= gone;
    scaled += gone;
    const current = sync.oldSets.find((one) => one.metadata.uid === set.metadata.uid) ?? set;
    sync.scale(current, size - gone);
  });
  return scaled > 0;
}

/** Models recreate.go rolloutRecreate: the new set is made when the last old pod has ended. */
function recreate(sync: DeploymentSync, pods: readonly Pod[]): Requeue {
  let newSet = sync.ensureNewSet(false);
  const old = sync.oldSets;
  let scaledDown = false;
  for (const set of activeSets(old)) scaledDown = sync.scale(set, 0) || scaledDown;
  if (scaledDown || oldPodsRun(newSet, old, pods)) return finish(sync, newSet, old);
  newSet ??= sync.ensureNewSet(true) as ReplicaSet;
  if (replicasOf(newSet) !== replicasOf(sync.deployment)) sync.scale(newSet, replicasOf(sync.deployment));
  if (isComplete(sync.deployment, sync.deployment.status)) cleanUp(sync, old);
  return finish(sync, newSet, old);
}

/** Models recreate.go oldPodsRunning. */
function oldPodsRun(newSet: ReplicaSet | undefined, old: readonly ReplicaSet[], pods: readonly Pod[]): boolean {
  if (sum(old, (set) => set.status?.replicas) > 0) return true;
  return pods.some((pod) => {
    if (newSet !== undefined && pod.metadata.ownerReferences?.some((ref) => ref.uid === newSet.metadata.uid))
      return false;
    return pod.status.phase !== 'Failed' && pod.status.phase !== 'Succeeded';
  });
}

/** The status is counted from the sets as they were found: a size changed just now shows in the next step. */
function finish(sync: DeploymentSync, newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): Requeue {
  const status = rolloutStatusOf(sync.deployment, [...old, newSet], newSet, sync.now);
  if (sync.writeStatus(status)) return undefined;
  return untilStuck(sync.deployment, status, sync.now.ms);
}

/** Deletes old sets beyond revisionHistoryLimit, lowest revision first. Models sync.go cleanupDeployment. */
function cleanUp(sync: DeploymentSync, old: readonly ReplicaSet[]): void {
  const limit = sync.deployment.spec?.revisionHistoryLimit ?? 10;
  const sets = old.filter((set) => set.metadata.deletionTimestamp === undefined);
  const surplus = [...sets].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, sets.length - limit));
  for (const set of surplus) {
    const observed = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
    if ((set.status?.replicas ?? 0) === 0 && replicasOf(set) === 0 && observed) sync.deleteSet(set);
  }
}
