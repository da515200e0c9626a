import type { Pod, PodCondition, PodStatus } from '../../../sim/kube/objects.ts';
import type { KubeletProfile } from '../../../sim/kubelet/profiles.ts';
import {
  containersReadyCondition,
  podInitializedCondition,
  podReadyCondition,
} from '../../../sim/kubelet/status/conditions.ts';
import { isTerminalPhase } from '../../../sim/kubelet/status/container-lookup.ts';
import { podPhase } from '../../../sim/kubelet/status/phase.ts';
import { containerStatus, isInit, type RuntimeContainer } from './runtime.ts';

/** The scripted runtime's state as a pod status, before the probes had their say. Emulates generateAPIPodStatus. */
export function runtimeStatus(input: {
  pod: Pod;
  old: PodStatus;
  containers: readonly RuntimeContainer[];
  podIsTerminal: boolean;
  profile: KubeletProfile;
  /** Words a run time in ms as the API does. */
  time(ms: number): string;
}): PodStatus {
  const { pod, old, containers, podIsTerminal, profile, time } = input;
  const reason = pod.spec.initContainers === undefined ? 'ContainerCreating' : 'PodInitializing';
  const convert = (container: RuntimeContainer) => containerStatus(container, reason, time);
  const regular = containers.filter((container) => !isInit(container));
  const containerStatuses = regular.map(convert);
  const initContainerStatuses = containers.filter(isInit).map(convert);
  const hasInitialized = regular.some((container) => container.state !== 'created');
  const phase = podPhase({ pod, containerStatuses, initContainerStatuses, podIsTerminal, hasInitialized, profile });
  const keepsPhase = isTerminalPhase(old.phase) && !isTerminalPhase(phase);
  return {
    phase: keepsPhase ? old.phase : phase,
    containerStatuses,
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
  };
}

/** The conditions that recordings have, once the probes filled the status in. */
export function podConditions(pod: Pod, old: PodStatus, status: PodStatus, profile: KubeletProfile): PodCondition[] {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const phase = status.phase ?? '';
  const initialized = podInitializedCondition(pod, old, all, phase, profile);
  return [
    initialized,
    podReadyCondition(pod, old, [initialized], all, phase),
    containersReadyCondition(pod, old, all, phase),
  ];
}
