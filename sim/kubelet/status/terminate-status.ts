import type { ContainerStatus, Pod, PodStatus } from '../../kube/objects.ts';
import { isRestartableInitContainer, isTerminalPhase } from './container-lookup.ts';

/**
 * The last status of a pod whose containers are gone: what did not end visibly counts as failed, conditions stay.
 * Containers that never had a chance to start are left as they are.
 * `pod.status` is what the API last held. Models kubernetes v1.34 pkg/kubelet/status/status_manager.go TerminatePod.
 */
export function terminatedStatus(pod: Pod, status: PodStatus): PodStatus {
  const terminated: PodStatus = { ...status };
  if (hasPodInitialized(pod) && status.containerStatuses !== undefined) {
    terminated.containerStatuses = status.containerStatuses.map(ended);
  }
  if (status.initContainerStatuses !== undefined) {
    const count = attemptedCount(status.initContainerStatuses);
    terminated.initContainerStatuses = status.initContainerStatuses.map((container, index) =>
      index < count ? ended(container) : container,
    );
  }
  if (!isTerminalPhase(status.phase)) terminated.phase = 'Failed';
  return terminated;
}

function ended(container: ContainerStatus): ContainerStatus {
  if (container.state?.terminated !== undefined) return container;
  return {
    ...container,
    state: {
      terminated: {
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was terminated',
        exitCode: 137,
      },
    },
  };
}

/** Init containers up to the last that ever ran; at least the first. Models status_manager.go initializedContainers. */
function attemptedCount(statuses: readonly ContainerStatus[]): number {
  const ran = (status: ContainerStatus): boolean =>
    status.state?.waiting === undefined || status.lastState?.terminated !== undefined;
  return Math.max(statuses.findLastIndex(ran) + 1, Math.min(statuses.length, 1));
}

/** Regular containers had a chance to start. Models status_manager.go hasPodInitialized. */
function hasPodInitialized(pod: Pod): boolean {
  const containers = pod.spec.initContainers ?? [];
  if (containers.length === 0) return true;
  const leftWaiting = (status: ContainerStatus): boolean =>
    status.lastState?.terminated !== undefined || status.state?.waiting === undefined;
  if (pod.status.containerStatuses?.some(leftWaiting) === true) return true;
  const last = pod.status.initContainerStatuses?.at(-1);
  const spec = containers.find((container) => container.name === last?.name);
  if (last === undefined || spec === undefined) return false;
  if (isRestartableInitContainer(spec)) return last.state?.running !== undefined && last.started === true;
  return last.lastState?.terminated?.exitCode === 0 || last.state?.terminated?.exitCode === 0;
}
