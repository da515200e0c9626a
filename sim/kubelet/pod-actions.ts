import type { Container, Pod } from '../kube/objects.ts';
import { computeInitContainerActions } from './init-container-actions.ts';
import { isChanged, shouldContainerBeRestarted, shouldRestartOnFailure } from './restart-policy.ts';
import type { ProbeResults } from './results.ts';
import { newestContainer, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';

export type KillReason = 'liveness' | 'startup' | 'postStart' | 'unknown';

export interface ContainerToKill {
  container: Container;
  instance: RuntimeContainer;
  message: string;
  reason: KillReason;
}

/** What one sync of a pod does. */
export interface PodActions {
  /** The sandbox and all that runs in it go. */
  killPod: boolean;
  createSandbox: boolean;
  initContainersToStart: Container[];
  containersToStart: Container[];
  containersToKill: ContainerToKill[];
}

/**
 * What is to be done so that the pod runs as its spec says.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions.
 */
export function computePodActions(pod: Pod, runtime: RuntimePod, results: ProbeResults): PodActions {
  const actions: PodActions = {
    killPod: false,
    createSandbox: false,
    initContainersToStart: [],
    containersToStart: [],
    containersToKill: [],
  };
  if (runtime.sandbox !== 'ready') {
    startFromScratch(pod, runtime, actions);
    return actions;
  }
  const initialized = computeInitContainerActions(pod, runtime, results, actions);
  if (actions.killPod || !initialized) return actions;
  const kept = computeRegularContainerActions(pod, runtime, results, actions);
  if (kept === 0 && actions.containersToStart.length === 0) {
    actions.killPod = true;
    // Sidecars must not keep a finished pod alive.
    actions.initContainersToStart = [];
  }
  return actions;
}

function startFromScratch(pod: Pod, runtime: RuntimePod, actions: PodActions): void {
  actions.killPod = true;
  actions.createSandbox = true;
  const ranBefore = runtime.containers.length > 0;
  if (!shouldRestartOnFailure(pod) && runtime.sandbox === 'gone' && ranBefore) {
    actions.createSandbox = false;
    return;
  }
  const toStart = pod.spec.containers.filter((container) => {
    const status = newestContainer(runtime, container.name);
    return !(pod.spec.restartPolicy === 'OnFailure' && status?.state === 'exited' && status.exitCode === 0);
  });
  if (toStart.length === 0) {
    actions.createSandbox = false;
    return;
  }
  const first = pod.spec.initContainers?.[0];
  if (first !== undefined) actions.initContainersToStart = [first];
  else actions.containersToStart = toStart;
}

/** Returns how many running containers stay. */
function computeRegularContainerActions(
  pod: Pod,
  runtime: RuntimePod,
  results: ProbeResults,
  actions: PodActions,
): number {
  let kept = 0;
  for (const container of pod.spec.containers) {
    const instance = newestContainer(runtime, container.name);
    if (instance === undefined || instance.state !== 'running') {
      if (shouldContainerBeRestarted(container, pod, runtime)) actions.containersToStart.push(container);
      continue;
    }
    const changed = isChanged(container, instance);
    const reason = changed ? 'unknown' : failedProbe(instance.containerID, results);
    if (reason === undefined) {
      kept++;
      continue;
    }
    // A changed one is restarted whatever the restart policy says.
    const restart = changed || shouldRestartOnFailure(pod);
    const what = changed ? 'definition changed' : `failed ${reason} probe`;
    const message = `Container ${container.name} ${what}${restart ? ', will be restarted' : ''}`;
    if (restart) actions.containersToStart.push(container);
    actions.containersToKill.push({ container, instance, message, reason });
  }
  return kept;
}

/** Liveness is asked first, then startup. */
function failedProbe(containerID: string, results: ProbeResults): 'liveness' | 'startup' | undefined {
  if (results.liveness.get(containerID) === 'Failure') return 'liveness';
  if (results.startup.get(containerID) === 'Failure') return 'startup';
  return undefined;
}
