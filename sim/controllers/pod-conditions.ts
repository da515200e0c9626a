import type { Pod } from '../kube/objects.ts';

/** Models kubernetes v1.34 pkg/api/v1/pod/util.go IsPodReady. */
export function isPodReady(pod: Pod): boolean {
  return pod.status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** Ms since 1970 at which the pod became ready; undefined if it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = pod.status.conditions?.find((one) => one.type === 'Ready' && one.status === 'True');
  if (ready === undefined) return undefined;
  return ready.lastTransitionTime === undefined ? 0 : Date.parse(String(ready.lastTransitionTime));
}

/** True if the pod has ended for good. Models IsPodTerminal. */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** True for a pod that counts for its controller: not ended, not being deleted. Models pkg/controller IsPodActive. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Models kubernetes v1.34 pkg/controller/util/endpoint ShouldPodBeInEndpoints. */
export function belongsInEndpoints(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod)) return false;
  if (podAddress(pod) === undefined) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** The pod's first IP; undefined before it has one. */
export function podAddress(pod: Pod): string | undefined {
  const ip = pod.status.podIP ?? pod.status.podIPs?.[0]?.ip;
  return ip === '' ? undefined : ip;
}
