import type { Container, Pod } from '../kube/objects.ts';
import type { PodActions } from './pod-actions.ts';
import { isChanged, shouldRestartOnFailure } from './restart-policy.ts';
import type { ProbeResults } from './results.ts';
import { newestContainer, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';
import { isRestartableInitContainer } from './status/container-lookup.ts';

/**
 * Adds what is to be done for init containers and sidecars; true if the regular containers may run.
 * Goes backwards through the list: the last init container that ever ran tells how far initialization has come.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go computeInitContainerActions.
 */
export function computeInitContainerActions(
  pod: Pod,
  runtime: RuntimePod,
  results: ProbeResults,
  actions: PodActions,
): boolean {
  const containers = pod.spec.initContainers ?? [];
  if (containers.length === 0) return true;
  // Once a regular container has been created, every init container has done its work.
  const wasInitialized = pod.spec.containers.some(
    (container) => newestContainer(runtime, container.name) !== undefined,
  );
  let initialized = wasInitialized;
  let anyStatus = false;
  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i] as Container;
    const instance = newestContainer(runtime, container.name);
    if (instance === undefined) {
      if (wasInitialized && isRestartableInitContainer(container)) actions.initContainersToStart.push(container);
      continue;
    }
    anyStatus = true;
    if (wasInitialized && !isRestartableInitContainer(container)) continue;
    const verdict = judge(pod, container, instance, results, actions);
    if (verdict === 'pod-failed') return false;
    if (verdict === 'initialized') {
      const next = containers[i + 1];
      if (next === undefined) initialized = true;
      else if (!wasInitialized) actions.initContainersToStart.push(next);
      if (instance.state === 'running') restartIfNeeded(container, instance, results, actions);
    }
    if (!wasInitialized) break;
  }
  if (!wasInitialized && !anyStatus && containers[0] !== undefined) actions.initContainersToStart.push(containers[0]);
  // The loop went backwards; containers start in the order of the spec.
  actions.initContainersToStart.reverse();
  return initialized;
}

function judge(
  pod: Pod,
  container: Container,
  instance: RuntimeContainer,
  results: ProbeResults,
  actions: PodActions,
): 'initialized' | 'waiting' | 'pod-failed' {
  if (instance.state === 'created') {
    actions.initContainersToStart.push(container);
    return 'waiting';
  }
  if (instance.state === 'running') {
    if (!isRestartableInitContainer(container)) return 'waiting';
    return judgeRunningSidecar(container, instance, results, actions);
  }
  if (isRestartableInitContainer(container)) {
    actions.initContainersToStart.push(container);
    return 'waiting';
  }
  if (instance.exitCode === 0) return 'initialized';
  if (!shouldRestartOnFailure(pod)) {
    actions.killPod = true;
    actions.initContainersToStart = [];
    return 'pod-failed';
  }
  actions.initContainersToStart.push(container);
  return 'waiting';
}

function judgeRunningSidecar(
  container: Container,
  instance: RuntimeContainer,
  results: ProbeResults,
  actions: PodActions,
): 'initialized' | 'waiting' {
  if (container.startupProbe === undefined) return 'initialized';
  const startup = results.startup.get(instance.containerID);
  if (startup === 'Success') return 'initialized';
  if (startup === 'Failure') {
    actions.containersToKill.push({
      container,
      instance,
      message: `Init container ${container.name} failed startup probe`,
      reason: 'startup',
    });
    actions.initContainersToStart.push(container);
  }
  return 'waiting';
}

/** Another image, or a sidecar's liveness, decides nothing about the next container's start, only about its own life. */
function restartIfNeeded(
  container: Container,
  instance: RuntimeContainer,
  results: ProbeResults,
  actions: PodActions,
): void {
  const changed = isChanged(container, instance);
  const unlive = container.livenessProbe !== undefined && results.liveness.get(instance.containerID) === 'Failure';
  if (!changed && !unlive) return;
  actions.containersToKill.push({
    container,
    instance,
    message: `Init container ${container.name} ${changed ? 'definition changed' : 'failed liveness probe'}`,
    reason: changed ? 'unknown' : 'liveness',
  });
  actions.initContainersToStart.push(container);
}
