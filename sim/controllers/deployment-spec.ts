import type { Deployment, ReplicaSet } from '../kube/objects.ts';

/** The API server's default, for deployments that did not pass its defaulting. */
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;
const MAX_INT32 = 2_147_483_647;

export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec?.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return (deployment.spec?.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** Seconds, or undefined if progress is not watched. Models deployment_util.go HasProgressDeadline. */
export function progressDeadline(deployment: Deployment): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_SECONDS;
  return seconds === MAX_INT32 ? undefined : seconds;
}

/** Pods above the wanted number that a rolling update may make. Models deployment_util.go MaxSurge. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

/** Pods that may be missing during a rolling update. Models deployment_util.go MaxUnavailable. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

/** Percentages: surge rounds up, unavailable down; they are never both 0. Models deployment_util.go ResolveFenceposts. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const replicas = replicasOf(deployment);
  const rolling = deployment.spec?.strategy?.rollingUpdate;
  const surge = scaled(rolling?.maxSurge ?? '25%', replicas, Math.ceil);
  const unavailable = scaled(rolling?.maxUnavailable ?? '25%', replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function scaled(value: number | string, total: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) * total) / 100);
}

export function sum(sets: readonly (ReplicaSet | undefined)[], count: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (set === undefined ? 0 : (count(set) ?? 0)), 0);
}

/** Sets that want pods. Models controller.FilterActiveReplicaSets. */
export function activeSets(sets: readonly (ReplicaSet | undefined)[]): ReplicaSet[] {
  return sets.filter((set): set is ReplicaSet => set !== undefined && replicasOf(set) > 0);
}

/** Oldest first, equal ones by name. Models controller.ReplicaSetsByCreationTimestamp. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/**
 * How many pods the new set may have now. Models kubernetes v1.34 pkg/controller/deployment/util/deployment_util.go NewRSNewReplicas.
 * `others`: the old sets.
 */
export function newSetReplicas(deployment: Deployment, others: readonly ReplicaSet[], current: number): number {
  const wanted = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return wanted;
  const room = wanted + maxSurge(deployment) - sum(others, replicasOf) - current;
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}
