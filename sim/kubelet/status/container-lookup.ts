import type { Container, ContainerStatus, Pod, PodStatus } from '../../kube/objects.ts';

/** The status of the container with this name. Models kubernetes pkg/api/v1/pod/util.go GetContainerStatus. */
export function findContainerStatus(
  statuses: readonly ContainerStatus[] | undefined,
  name: string,
): ContainerStatus | undefined {
  if (statuses === undefined) return undefined;
  for (const status of statuses) if (status.name === name) return status;
  return undefined;
}

/** The status of the container with this id, among regular containers first, then init containers. */
export function findByContainerID(status: PodStatus, containerID: string): ContainerStatus | undefined {
  const has = (candidate: ContainerStatus): boolean => candidate.containerID === containerID;
  return status.containerStatuses?.find(has) ?? status.initContainerStatuses?.find(has);
}

/** A native sidecar: an init container that is restarted always. Models podutil.IsRestartableInitContainer. */
export function isRestartableInitContainer(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** A pod's native sidecars, in the order of the spec. */
export function restartableInitContainers(pod: Pod): Container[] {
  return (pod.spec.initContainers ?? []).filter(isRestartableInitContainer);
}

/** Whether policy starts a container again that ended with `exitCode`. Models pkg/api/v1/pod/util.go ContainerShouldRestart, without rules. */
export function containerShouldRestart(container: Container, pod: Pod, exitCode: number): boolean {
  const policy = container.restartPolicy ?? pod.spec.restartPolicy;
  if (policy === 'Never') return false;
  return policy !== 'OnFailure' || exitCode !== 0;
}

/** No way leads back from these. */
export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}
