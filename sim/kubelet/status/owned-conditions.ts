/** Conditions that the kubelet decides. Models kubernetes v1.34 pkg/kubelet/types/pod_status.go PodConditionsByKubelet. */
const OWNED = new Set(['PodScheduled', 'Ready', 'Initialized', 'ContainersReady', 'PodReadyToStartContainers']);

/** True for a condition that the kubelet decides; all others (readiness gates, DisruptionTarget) belong to somebody else. */
export function isOwnedCondition(type: string): boolean {
  return OWNED.has(type);
}
