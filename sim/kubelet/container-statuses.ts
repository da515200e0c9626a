import { type Clock, rfc3339 } from '../core/clock.ts';
import type { Container, ContainerState, ContainerStatus, Pod } from '../kube/objects.ts';
import { parseReference } from '../runtime/image-reference.ts';
import { shouldContainerBeRestarted } from './restart-policy.ts';
import { newestContainer, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';

/** Why the last try to start a container failed; shown as its waiting reason. Models pkg/kubelet/reason_cache.go. */
export interface StartFailure {
  reason: string;
  message: string;
}

export interface ContainerStatusInput {
  clock: Pick<Clock, 'now' | 'epochMs'>;
  pod: Pod;
  runtime: RuntimePod;
  containers: readonly Container[];
  previous: readonly ContainerStatus[];
  init: boolean;
  /** Container runtime's scheme of ids: `containerd`. */
  startFailure(container: string): StartFailure | undefined;
}

/**
 * The API's view of containers: from what the runtime lists, what was published before, and why starts failed.
 * In the order of the given containers; the status manager sorts.
 * Models kubernetes v1.34 pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses.
 */
export function toApiContainerStatuses(input: ContainerStatusInput): ContainerStatus[] {
  return input.containers.map((container) => toApiStatus(input, container));
}

function toApiStatus(input: ContainerStatusInput, container: Container): ContainerStatus {
  const previous = input.previous.find((status) => status.name === container.name);
  const instances = input.runtime.containers.filter((instance) => instance.name === container.name);
  const newest = instances[0];
  let status: ContainerStatus;
  if (newest === undefined) {
    status = statusWithoutInstance(input, container, previous);
  } else {
    status = fromInstance(input.clock, container, newest);
    // Only a dead instance gives the last state; the runtime keeps at most one.
    const before = instances[1];
    if (before !== undefined) status.lastState = instanceState(input.clock, container, before);
  }
  return applyStartFailure(input, container, newest, status);
}

function statusWithoutInstance(
  input: ContainerStatusInput,
  container: Container,
  previous: ContainerStatus | undefined,
): ContainerStatus {
  // A finished container's record may have been removed at the runtime: what was published stays true.
  if (previous?.state?.terminated !== undefined) return previous;
  const hasInitContainers = (input.pod.spec.initContainers ?? []).length > 0;
  const status: ContainerStatus = {
    name: container.name,
    state: { waiting: { reason: hasInitContainers ? 'PodInitializing' : 'ContainerCreating' } },
    lastState: previous?.lastState ?? {},
    ready: false,
    restartCount: previous?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
  };
  if (previous?.state?.running !== undefined && input.pod.metadata.deletionTimestamp !== undefined) {
    status.state = {
      terminated: {
        exitCode: 137,
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was deleted.  The container used to be Running',
      } as never,
    };
  }
  return status;
}

function fromInstance(
  clock: Pick<Clock, 'now' | 'epochMs'>,
  container: Container,
  instance: RuntimeContainer,
): ContainerStatus {
  return {
    name: container.name,
    state: instanceState(clock, container, instance),
    lastState: {},
    ready: false,
    restartCount: instance.attempt,
    image: instance.image === '' ? '' : parseReference(instance.image).reference,
    imageID: instance.imageID,
    containerID: instance.containerID,
    ...allocated(container),
  };
}

/**
 * What a container got: its resources, as the kubelet granted them, and how its volumes were mounted.
 * Models kubelet_pods.go convertContainerStatusResources (nothing is resized here) and resolveRecursiveReadOnly.
 */
function allocated({ resources = {}, volumeMounts }: Container): Partial<ContainerStatus> {
  return {
    ...(resources.requests === undefined ? {} : { allocatedResources: resources.requests }),
    resources,
    ...(volumeMounts === undefined || volumeMounts.length === 0
      ? {}
      : {
          volumeMounts: volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
            name,
            mountPath,
            ...(readOnly === true ? { readOnly, recursiveReadOnly: recursiveReadOnly ?? 'Disabled' } : {}),
          })),
        }),
  };
}

/** Models kubelet_pods.go convertContainerStatus. */
function instanceState(
  clock: Pick<Clock, 'now' | 'epochMs'>,
  container: Container,
  instance: RuntimeContainer,
): ContainerState {
  if (instance.state === 'running') return { running: { startedAt: rfc3339(clock, instance.startedAt) } };
  if (instance.state === 'created') return { waiting: {} };
  const message = terminationMessage(container, instance);
  return {
    terminated: {
      exitCode: instance.exitCode ?? 0,
      reason: instance.reason ?? 'Completed',
      ...(message === undefined ? {} : { message }),
      // A container that never ran has the zero time of the runtime.
      startedAt: instance.startedAt === undefined ? '1970-01-01T00:00:00Z' : rfc3339(clock, instance.startedAt),
      finishedAt: rfc3339(clock, instance.finishedAt),
      containerID: instance.containerID,
    },
  };
}

const MAX_MESSAGE_BYTES = 4096;
const MAX_LOG_BYTES = 2048;
const MAX_LOG_LINES = 80;

/** The message file; without one, after a failure and if the policy says so, the end of the log. */
function terminationMessage(container: Container, instance: RuntimeContainer): string | undefined {
  if (instance.message !== undefined) return lastBytes(instance.message, MAX_MESSAGE_BYTES);
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || instance.exitCode === 0) return undefined;
  if (instance.logTail === undefined) return undefined;
  const lines = instance.logTail.split(/(?<=\n)/).slice(-MAX_LOG_LINES);
  return lastBytes(lines.join(''), MAX_LOG_BYTES);
}

function lastBytes(text: string, limit: number): string {
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= limit ? text : new TextDecoder().decode(bytes.slice(bytes.length - limit));
}

/** A container that could not be started and will be tried again is waiting, whatever became of its last instance. */
function applyStartFailure(
  input: ContainerStatusInput,
  container: Container,
  newest: RuntimeContainer | undefined,
  status: ContainerStatus,
): ContainerStatus {
  // Also a sidecar that ended well, though it will be started again.
  if (input.init && newest?.state === 'exited' && newest.exitCode === 0) return status;
  if (!shouldContainerBeRestarted(container, input.pod, input.runtime)) return status;
  const failure = input.startFailure(container.name);
  if (failure === undefined) return status;
  return {
    ...status,
    ...(status.state?.terminated === undefined ? {} : { lastState: status.state }),
    state: { waiting: { reason: failure.reason, message: failure.message } },
  };
}

/** True once any regular container has run. */
export function anyRegularContainerStarted(pod: Pod, runtime: RuntimePod): boolean {
  return pod.spec.containers.some((container) => newestContainer(runtime, container.name) !== undefined);
}
