import { deepEqual } from '../kube/deep-equal.ts';
import type { Pod, ReplicaSet } from '../kube/objects.ts';
import { matchesLabels } from '../kube/selector.ts';
import { untilAvailable } from './availability.ts';

export type ReplicaSetStatus = NonNullable<ReplicaSet['status']>;
type Condition = NonNullable<ReplicaSetStatus['conditions']>[number];

/** Creating or deleting pods failed: the API server's text. */
export interface ManageFailure {
  message: string;
}

/** Models kubernetes v1.34 pkg/controller/replicaset/replica_set_utils.go calculateStatus. `nowMs`: ms since 1970, `timestamp`: the same as text. */
export function replicaSetStatus(
  set: ReplicaSet,
  pods: readonly Pod[],
  failure: ManageFailure | undefined,
  now: { ms: number; timestamp: string },
): ReplicaSetStatus {
  const minReady = set.spec?.minReadySeconds ?? 0;
  const template = set.spec?.template?.metadata?.labels ?? {};
  const waits = pods.map((pod) => untilAvailable(pod, minReady, now.ms));
  const conditions = conditionsOf(set, pods.length, failure, now.timestamp);
  return {
    replicas: pods.length,
    ...positive('fullyLabeledReplicas', pods.filter((pod) => matchesLabels(template, pod.metadata.labels)).length),
    ...positive('readyReplicas', waits.filter((wait) => wait !== undefined).length),
    ...positive('availableReplicas', waits.filter((wait) => wait === 0).length),
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

export function sameStatus(a: ReplicaSetStatus | undefined, b: ReplicaSetStatus): boolean {
  return deepEqual(a, b);
}

/** A count as the API writes it: none if it is zero. */
export function positive<N extends string>(name: N, count: number): { [K in N]?: number } {
  return (count > 0 ? { [name]: count } : {}) as { [K in N]?: number };
}

function conditionsOf(
  set: ReplicaSet,
  pods: number,
  failure: ManageFailure | undefined,
  timestamp: string,
): Condition[] {
  const current = set.status?.conditions ?? [];
  const failed = current.some((condition) => condition.type === 'ReplicaFailure');
  if (failure === undefined) return current.filter((condition) => condition.type !== 'ReplicaFailure');
  if (failed) return current;
  const reason = pods < (set.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  return [
    ...current,
    { type: 'ReplicaFailure', status: 'True', lastTransitionTime: timestamp, reason, message: failure.message },
  ];
}
