import type { ContainerState, ContainerStatus, Pod, PodStatus } from '../../kube/objects.ts';

/** Bytes of termination messages in one pod's status. Models pkg/kubelet/container MaxPodTerminationMessageLogLength. */
const MAX_POD_MESSAGE_BYTES = 12 * 1024;

/**
 * The status as it is stored and published: times in whole seconds (workers read `startedAt` from here, so a delay may
 * end up to a second early), container statuses sorted by name, init container statuses in the order of the spec.
 * Models kubernetes v1.34 pkg/kubelet/status/status_manager.go normalizeStatus.
 */
export function normalizeStatus(pod: Pod, status: PodStatus): PodStatus {
  const containers = pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0);
  const limit = Math.floor(MAX_POD_MESSAGE_BYTES / Math.max(1, containers));
  const normalize = (container: ContainerStatus): ContainerStatus => ({
    ...container,
    ...(container.state === undefined ? {} : { state: normalizeState(container.state, limit) }),
    ...(container.lastState === undefined ? {} : { lastState: normalizeState(container.lastState, limit) }),
  });
  const normalized: PodStatus = { ...status };
  if (status.startTime !== undefined) normalized.startTime = wholeSeconds(status.startTime);
  if (status.conditions !== undefined) {
    normalized.conditions = status.conditions.map((condition) =>
      condition.lastTransitionTime === undefined
        ? condition
        : { ...condition, lastTransitionTime: wholeSeconds(condition.lastTransitionTime) },
    );
  }
  if (status.containerStatuses !== undefined) {
    normalized.containerStatuses = status.containerStatuses.map(normalize).sort(byName);
  }
  if (status.initContainerStatuses !== undefined) {
    const order = new Map((pod.spec.initContainers ?? []).map(({ name }, index) => [name, index]));
    const place = ({ name }: ContainerStatus): number => order.get(name) ?? order.size;
    normalized.initContainerStatuses = status.initContainerStatuses.map(normalize).sort((a, b) => place(a) - place(b));
  }
  return normalized;
}

/** RFC 3339 without the fraction of a second. Models metav1.Time Rfc3339Copy. */
export function wholeSeconds(time: string): string {
  return time.replace(/\.\d+/, '');
}

function byName(a: ContainerStatus, b: ContainerStatus): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

function normalizeState(state: ContainerState, limit: number): ContainerState {
  const { running, terminated } = state;
  if (running?.startedAt !== undefined) {
    return { ...state, running: { ...running, startedAt: wholeSeconds(running.startedAt) } };
  }
  if (terminated === undefined) return state;
  const { startedAt, finishedAt, message } = terminated;
  return {
    ...state,
    terminated: {
      ...terminated,
      ...(startedAt === undefined ? {} : { startedAt: wholeSeconds(startedAt) }),
      ...(finishedAt === undefined ? {} : { finishedAt: wholeSeconds(finishedAt) }),
      ...(message === undefined ? {} : { message: firstBytes(message, limit) }),
    },
  };
}

function firstBytes(text: string, limit: number): string {
  if (text.length * 3 <= limit) return text;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= limit ? text : new TextDecoder().decode(bytes.subarray(0, limit));
}
