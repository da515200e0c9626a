import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../kube/objects.ts';
import { DEFAULT_KUBELET_PROFILE, type KubeletProfile } from '../profiles.ts';
import { findContainerStatus, isRestartableInitContainer } from './container-lookup.ts';

/** A condition without its times: the status manager sets `lastTransitionTime`. */
type Condition = PodCondition & { observedGeneration?: number };
/** Not built yet: nobody has looked at the containers. */
type Statuses = readonly ContainerStatus[] | undefined;

/**
 * `ContainersReady`. Sidecars are named before regular containers, unknown ones before unready ones.
 * Models kubernetes v1.34 pkg/kubelet/status/generate.go GenerateContainersReadyCondition.
 */
export function containersReadyCondition(
  pod: Pod,
  _previous: PodStatus | undefined,
  statuses: Statuses,
  phase: string,
): Condition {
  const type = 'ContainersReady';
  if (statuses === undefined) return condition(pod, type, 'False', 'UnknownContainerStatuses');
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInitContainer);
  const { unknown, incomplete } = sort([...sidecars, ...pod.spec.containers], statuses, (status) => status.ready);
  if (phase === 'Succeeded' && unknown.length === 0) return condition(pod, type, 'False', 'PodCompleted');
  // Its containers may still be terminating.
  if (phase === 'Failed') return condition(pod, type, 'False', 'PodFailed');
  const message = containersMessage(unknown, incomplete, 'unready');
  return message === '' ? condition(pod, type, 'True') : condition(pod, type, 'False', 'ContainersNotReady', message);
}

/**
 * `Ready`: ContainersReady's words, then the readiness gates, which are looked up in `conditions`.
 * Models generate.go GeneratePodReadyCondition.
 */
export function podReadyCondition(
  pod: Pod,
  previous: PodStatus | undefined,
  conditions: readonly PodCondition[],
  statuses: Statuses,
  phase: string,
): Condition {
  const containers = containersReadyCondition(pod, previous, statuses, phase);
  if (containers.status !== 'True') return { ...containers, type: 'Ready' };
  const messages: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const gate = conditions.find(({ type }) => type === conditionType);
    if (gate === undefined) {
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (gate.status !== 'True') {
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`);
    }
  }
  if (messages.length === 0) return condition(pod, 'Ready', 'True');
  return condition(pod, 'Ready', 'False', 'ReadinessGatesNotReady', messages.join(', '));
}

/**
 * `Initialized`: regular init containers are done, sidecars have started, in the order of the spec. A pod whose regular
 * containers run, or have run, is initialized whatever its sidecars do.
 * Models generate.go GeneratePodInitializedCondition.
 */
export function podInitializedCondition(
  pod: Pod,
  previous: PodStatus | undefined,
  statuses: Statuses,
  phase: string,
  profile: KubeletProfile = DEFAULT_KUBELET_PROFILE,
): Condition {
  const type = 'Initialized';
  const containers = pod.spec.initContainers ?? [];
  if (statuses === undefined && containers.length > 0) return condition(pod, type, 'False', 'UnknownContainerStatuses');
  const sidecars = new Set(containers.filter(isRestartableInitContainer).map(({ name }) => name));
  const { unknown, incomplete } = sort(containers, statuses ?? [], (status) =>
    sidecars.has(status.name) ? status.started === true : status.ready,
  );
  if (phase === 'Succeeded' && unknown.length === 0) return condition(pod, type, 'True', 'PodCompleted');
  if (anyRegularContainerStarted(pod, statuses ?? [])) return condition(pod, type, 'True');
  const message = containersMessage(unknown, incomplete, 'incomplete');
  if (message === '') return condition(pod, type, 'True');
  const wasInitialized = previous?.conditions?.some(({ type, status }) => type === 'Initialized' && status === 'True');
  if (profile.initializedIsSticky && wasInitialized === true) return condition(pod, type, 'True');
  return condition(pod, type, 'False', 'ContainersNotInitialized', message);
}

/** `PodReadyToStartContainers`: the sandbox exists and has its network. Models generate.go GeneratePodReadyToStartContainersCondition. */
export function podReadyToStartContainersCondition(pod: Pod, sandboxIsReady: boolean): Condition {
  return condition(pod, 'PodReadyToStartContainers', sandboxIsReady ? 'True' : 'False');
}

/** `PodScheduled`: what reached a kubelet was scheduled. Models kubelet_pods.go generateAPIPodStatus. */
export function podScheduledCondition(pod: Pod): Condition {
  return condition(pod, 'PodScheduled', 'True');
}

function condition(pod: Pod, type: string, status: 'True' | 'False', reason?: string, message?: string): Condition {
  const { generation } = pod.metadata;
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

function sort(
  containers: readonly { name: string }[],
  statuses: readonly ContainerStatus[],
  isComplete: (status: ContainerStatus) => boolean,
): { unknown: string[]; incomplete: string[] } {
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const { name } of containers) {
    const status = findContainerStatus(statuses, name);
    if (status === undefined) unknown.push(name);
    else if (!isComplete(status)) incomplete.push(name);
  }
  return { unknown, incomplete };
}

/** Go prints a list of names as `[a b]`. */
function containersMessage(unknown: string[], incomplete: string[], word: string): string {
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: [${unknown.join(' ')}]`);
  if (incomplete.length > 0) messages.push(`containers with ${word} status: [${incomplete.join(' ')}]`);
  return messages.join(', ');
}

/** Runs or has ended; one that only waits has not, even if it ran before. Models pkg/kubelet/container/helpers.go HasAnyRegularContainerStarted. */
function anyRegularContainerStarted(pod: Pod, statuses: readonly ContainerStatus[]): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = findContainerStatus(statuses, name)?.state;
    return state?.running !== undefined || state?.terminated !== undefined;
  });
}
