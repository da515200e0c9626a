import type { Deployment, ReplicaSet } from '../kube/objects.ts';
import { maxSurge, replicasOf } from './deployment-spec.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Annotations that a deployment does not hand on to its sets. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Record<string, string>;

/** The revision of a set or deployment; 0 if it has none. */
export function revisionOf(object: Deployment | ReplicaSet | undefined): number {
  return Number(object?.metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** Models deployment_util.go MaxRevision. */
export function maxRevision(sets: readonly ReplicaSet[]): number {
  return Math.max(0, ...sets.map(revisionOf));
}

/** Models deployment_util.go SetReplicasAnnotations. */
export function withReplicas(deployment: Deployment, annotations: Annotations): Annotations {
  const desired = replicasOf(deployment);
  return {
    ...annotations,
    [DESIRED_REPLICAS]: String(desired),
    [MAX_REPLICAS]: String(desired + maxSurge(deployment)),
  };
}

/** The annotations that the new set should have. Models deployment_util.go SetNewReplicaSetAnnotations. */
export function newSetAnnotations(
  deployment: Deployment,
  current: Annotations | undefined,
  revision: number,
  exists: boolean,
): Annotations {
  const annotations: Annotations = { ...current };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!OWN_ANNOTATIONS.has(name)) annotations[name] = value;
  }
  const before = annotations[REVISION];
  if ((Number(before ?? 0) || 0) < revision) {
    annotations[REVISION] = String(revision);
    if (before !== undefined) {
      const history = annotations[REVISION_HISTORY];
      annotations[REVISION_HISTORY] = history ? `${history},${before}` : before;
    }
  }
  return exists ? annotations : withReplicas(deployment, annotations);
}
