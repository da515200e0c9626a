import type { Pod } from '../kube/objects.ts';
import { readySince } from './pod-conditions.ts';

const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods in the order in which a ReplicaSet gives them up. `nowMs`: ms since 1970.
 * Models kubernetes v1.34 pkg/controller/controller_utils.go ActivePodsWithRanks.Less; `related` are the active pods of all
 * ReplicaSets of the same owner: a node that holds many of them is relieved first.
 */
export function inDeletionOrder(pods: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const perNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName ?? '';
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const rank = (pod: Pod): number => perNode.get(pod.spec.nodeName ?? '') ?? 0;
  return [...pods].sort((a, b) => {
    return (
      Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
      phaseOf(a) - phaseOf(b) ||
      Number(readySince(a) !== undefined) - Number(readySince(b) !== undefined) ||
      deletionCost(a) - deletionCost(b) ||
      rank(b) - rank(a) ||
      byAge(readySince(a), readySince(b), a, b, nowMs) ||
      maxRestarts(b) - maxRestarts(a) ||
      byAge(createdAt(a), createdAt(b), a, b, nowMs) ||
      // Pods that are equal in all of this go in any order.
      (a.metadata.uid < b.metadata.uid ? -1 : 1)
    );
  });
}

function phaseOf(pod: Pod): number {
  return PHASE_ORDER[pod.status.phase ?? 'Pending'] ?? 0;
}

function createdAt(pod: Pod): number {
  return Date.parse(pod.metadata.creationTimestamp);
}

/** Ages are compared by powers of two, equal ones by uid: so that not always the newest goes. */
function byAge(a: number | undefined, b: number | undefined, podA: Pod, podB: Pod, nowMs: number): number {
  if (a === undefined || b === undefined || a === b) return 0;
  const difference = bucket(nowMs - a) - bucket(nowMs - b);
  return difference !== 0 ? difference : podA.metadata.uid < podB.metadata.uid ? -1 : 1;
}

/** The whole part of the binary logarithm of an age in nanoseconds; -1 for none. */
function bucket(ageMs: number): number {
  return ageMs > 0 ? Math.trunc(Math.log2(ageMs * 1e6)) : -1;
}

function deletionCost(pod: Pod): number {
  return Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;
}

function maxRestarts(pod: Pod): number {
  return Math.max(0, ...(pod.status.containerStatuses ?? []).map((status) => status.restartCount));
}
