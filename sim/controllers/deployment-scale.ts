import type { Deployment, ReplicaSet } from '../kube/objects.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS } from './deployment-revision.ts';
import { activeSets, byCreation, isRollingUpdate, maxSurge, replicasOf, sum } from './deployment-spec.ts';

/** A set and the size it should get. */
export interface Resize {
  set: ReplicaSet;
  replicas: number;
}

/**
 * How a change of the wanted number is shared out among the sets: the only active one takes it all, in the middle of a rolling
 * update each its proportion. Models kubernetes v1.34 pkg/controller/deployment/sync.go scale.
 */
export function scaleSets(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Resize[] {
  const wanted = replicasOf(deployment);
  const all = activeSets([...old, newSet]);
  const only = all.length > 1 ? undefined : (all[0] ?? newSet ?? [...old].sort(byCreation).at(-1));
  if (only !== undefined) return replicasOf(only) === wanted ? [] : [{ set: only, replicas: wanted }];
  if (isSaturated(deployment, newSet)) return activeSets(old).map((set) => ({ set, replicas: 0 }));
  if (!isRollingUpdate(deployment)) return [];
  return proportionally(deployment, all);
}

/** Models deployment_util.go IsSaturated. */
function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  const wanted = replicasOf(deployment);
  return (
    set !== undefined &&
    replicasOf(set) === wanted &&
    Number(set.metadata.annotations?.[DESIRED_REPLICAS]) === wanted &&
    (set.status?.availableReplicas ?? 0) === wanted
  );
}

function proportionally(deployment: Deployment, sets: ReplicaSet[]): Resize[] {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - sum(sets, replicasOf);
  // Growing favours the largest and newest, shrinking the largest and oldest.
  const byAge = toAdd > 0 ? (a: ReplicaSet, b: ReplicaSet) => byCreation(b, a) : byCreation;
  const sorted = toAdd === 0 ? sets : [...sets].sort((a, b) => replicasOf(b) - replicasOf(a) || byAge(a, b));
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = proportion(deployment, set, toAdd, added);
    added += share;
    return replicasOf(set) + share;
  });
  if (toAdd !== 0) sizes[0] = Math.max(0, (sizes[0] ?? 0) + toAdd - added);
  return sorted.map((set, index) => ({ set, replicas: sizes[index] ?? 0 }));
}

/** Models deployment_util.go GetReplicaSetProportion. */
function proportion(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (replicasOf(set) === 0 || toAdd === 0 || toAdd === added) return 0;
  const left = toAdd - added;
  const fraction = setFraction(deployment, set);
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function setFraction(deployment: Deployment, set: ReplicaSet): number {
  const size = replicasOf(set);
  if (replicasOf(deployment) === 0) return -size;
  const before = Number(set.metadata.annotations?.[MAX_REPLICAS] ?? 0) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * (replicasOf(deployment) + maxSurge(deployment))) / before) - size;
}
