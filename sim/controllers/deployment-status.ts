import type { Deployment, ReplicaSet } from '../kube/objects.ts';
import {
  condition,
  conditionOf,
  type DeploymentCondition,
  type DeploymentStatus,
  REASONS,
  removeCondition,
  setCondition,
} from './deployment-conditions.ts';
import { maxUnavailable, progressDeadline, replicasOf, sum } from './deployment-spec.ts';
import { positive } from './replica-set-status.ts';

/** The time of a sync: ms since 1970, and as the API writes it. */
export interface Now {
  ms: number;
  timestamp: string;
}

/** Models kubernetes v1.34 pkg/controller/deployment/sync.go calculateStatus. */
export function deploymentStatus(
  deployment: Deployment,
  sets: readonly (ReplicaSet | undefined)[],
  newSet: ReplicaSet | undefined,
  now: Now,
): DeploymentStatus {
  const available = sum(sets, (set) => set.status?.availableReplicas);
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const availability = enough
    ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now.timestamp)
    : condition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now.timestamp,
      );
  const { collisionCount, conditions } = deployment.status ?? {};
  return {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...positive(
      'replicas',
      sum(sets, (set) => set.status?.replicas),
    ),
    ...positive('updatedReplicas', newSet?.status?.replicas ?? 0),
    ...positive(
      'readyReplicas',
      sum(sets, (set) => set.status?.readyReplicas),
    ),
    ...positive('availableReplicas', available),
    ...positive('unavailableReplicas', sum(sets, replicasOf) - available),
    conditions: setCondition(conditions ?? [], availability),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

/** The status with Progressing and ReplicaFailure brought up to date. Models progress.go syncRolloutStatus. */
export function rolloutStatusOf(
  deployment: Deployment,
  sets: readonly (ReplicaSet | undefined)[],
  newSet: ReplicaSet | undefined,
  now: Now,
): DeploymentStatus {
  const status = deploymentStatus(deployment, sets, newSet, now);
  let conditions: DeploymentCondition[] = status.conditions ?? [];
  const current = conditionOf(deployment.status, 'Progressing');
  const rolledOut = count(status.replicas) === count(status.updatedReplicas) && current?.reason === REASONS.available;
  if (progressDeadline(deployment) === undefined) conditions = removeCondition(conditions, 'Progressing');
  else if (!rolledOut) conditions = withProgress(deployment, status, conditions, newSet, now);
  const failure = replicaFailure(sets, newSet);
  conditions =
    failure === undefined ? removeCondition(conditions, 'ReplicaFailure') : setCondition(conditions, failure);
  return { ...status, conditions };
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  conditions: readonly DeploymentCondition[],
  newSet: ReplicaSet | undefined,
  now: Now,
): DeploymentCondition[] {
  const current = conditionOf(deployment.status, 'Progressing');
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  const progress = (value: 'True' | 'False', reason: string, text: string): DeploymentCondition =>
    condition('Progressing', value, reason, `${subject} ${text}`, now.timestamp);
  if (isComplete(deployment, status)) {
    return setCondition(conditions, progress('True', REASONS.available, 'has successfully progressed.'));
  }
  if (hasProgressed(deployment.status, status)) {
    const next = progress('True', REASONS.updated, 'is progressing.');
    // Progress with the same reason moves the update time (the deadline counts from it), not the transition time.
    if (current?.status === 'True') next.lastTransitionTime = current.lastTransitionTime as string;
    return setCondition(removeCondition(conditions, 'Progressing'), next);
  }
  if (isTimedOut(deployment, now.ms)) {
    return setCondition(conditions, progress('False', REASONS.timedOut, 'has timed out progressing.'));
  }
  return [...conditions];
}

/** Models deployment_util.go DeploymentComplete. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = replicasOf(deployment);
  return (
    count(status?.updatedReplicas) === wanted &&
    count(status?.replicas) === wanted &&
    count(status?.availableReplicas) === wanted &&
    count(status?.observedGeneration) >= count(deployment.metadata.generation)
  );
}

/** Models deployment_util.go DeploymentProgressing. */
function hasProgressed(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus | undefined): number =>
    count(status?.replicas) - count(status?.updatedReplicas);
  return (
    count(after.updatedReplicas) > count(before?.updatedReplicas) ||
    old(after) < old(before) ||
    count(after.readyReplicas) > count(before?.readyReplicas) ||
    count(after.availableReplicas) > count(before?.availableReplicas)
  );
}

/** Models deployment_util.go DeploymentTimedOut. */
function isTimedOut(deployment: Deployment, nowMs: number): boolean {
  const current = conditionOf(deployment.status, 'Progressing');
  const deadline = progressDeadline(deployment);
  if (current === undefined || deadline === undefined || current.reason === REASONS.available) return false;
  if (current.reason === REASONS.timedOut) return true;
  return Date.parse(String(current.lastUpdateTime)) + deadline * 1000 < nowMs;
}

/** Ms until a stuck rollout should be looked at again; undefined if it need not. Models progress.go requeueStuckDeployment. */
export function untilStuck(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const current = conditionOf(deployment.status, 'Progressing');
  const deadline = progressDeadline(deployment);
  if (current === undefined || deadline === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === REASONS.timedOut) return undefined;
  const after = Date.parse(String(current.lastUpdateTime)) + deadline * 1000 - nowMs;
  // A rollout whose last progress is older than the deadline, and that is done, has nothing to wait for.
  return after < 0 ? undefined : after + 1000;
}

/** A failure of the new set comes before those of the old ones. Models progress.go getReplicaFailures. */
function replicaFailure(
  sets: readonly (ReplicaSet | undefined)[],
  newSet: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  for (const set of [newSet, ...sets]) {
    const found = set?.status?.conditions?.find((one) => one.type === 'ReplicaFailure');
    if (found === undefined) continue;
    const { type, status, reason = '', message = '', lastTransitionTime } = found;
    const at = String(lastTransitionTime);
    return { type, status, lastUpdateTime: at, lastTransitionTime: at, reason, message };
  }
  return undefined;
}

function count(value: number | undefined): number {
  return value ?? 0;
}
