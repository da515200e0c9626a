import type { Container, Pod } from '../kube/objects.ts';
import type { KillReason } from './pod-actions.ts';

/** However short the grace, a process has this long between TERM and KILL. Models minimumGracePeriodInSeconds. */
export const MINIMUM_GRACE_SECONDS = 2;

/**
 * Seconds a pod has that is being ended: its deletion's, else its own. Never none, also if it is deleted by force: hooks
 * run that long.
 * Models kubernetes v1.34 pkg/kubelet/pod_workers.go calculateEffectiveGracePeriod.
 */
export function effectiveGraceSeconds({ metadata, spec }: Pod): number {
  return Math.max(1, metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0);
}

/**
 * Seconds a container has to end: the deletion's, else the failed probe's, else the pod's.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go setTerminationGracePeriod.
 */
export function terminationGraceSeconds(pod: Pod, container: Container, reason: KillReason): number {
  if (pod.metadata.deletionGracePeriodSeconds !== undefined) return pod.metadata.deletionGracePeriodSeconds;
  const ofPod = pod.spec.terminationGracePeriodSeconds ?? MINIMUM_GRACE_SECONDS;
  if (reason === 'startup') return container.startupProbe?.terminationGracePeriodSeconds ?? ofPod;
  if (reason === 'liveness') return container.livenessProbe?.terminationGracePeriodSeconds ?? ofPod;
  return ofPod;
}
