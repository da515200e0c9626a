import type { Clock } from '../core/clock.ts';
import type { Pod, PodCondition, PodStatus } from '../kube/objects.ts';
import { qosClass } from '../kube/qos.ts';
import { anyRegularContainerStarted, type StartFailure, toApiContainerStatuses } from './container-statuses.ts';
import type { ProbeManager } from './probe-manager.ts';
import type { KubeletProfile } from './profiles.ts';
import type { RuntimePod } from './runtime-state.ts';
import {
  containersReadyCondition,
  podInitializedCondition,
  podReadyCondition,
  podReadyToStartContainersCondition,
  podScheduledCondition,
} from './status/conditions.ts';
import { isOwnedCondition } from './status/owned-conditions.ts';
import { podPhase } from './status/phase.ts';

export interface PodStatusInput {
  clock: Pick<Clock, 'now' | 'epochMs'>;
  pod: Pod;
  runtime: RuntimePod;
  /** What the status manager holds; the pod's own status if it holds nothing. */
  previous: PodStatus;
  profile: KubeletProfile;
  /** Nothing of the pod runs any more, and nothing will. */
  podIsTerminal: boolean;
  hostIP: string;
  probes: Pick<ProbeManager, 'updatePodStatus'>;
  startFailure(container: string): StartFailure | undefined;
  /** A sync handler's verdict (activeDeadlineSeconds): the pod has failed with this reason. */
  eviction?: { reason: string; message: string };
}

/**
 * The status to publish: container statuses, phase, what the probes say, conditions, addresses.
 * Asking the probe manager also triggers readiness probes (spec/kubelet.md 5): the order *status → trigger → AddPod* is kept by the caller.
 * Models kubernetes v1.34 pkg/kubelet/kubelet_pods.go generateAPIPodStatus.
 */
export function generatePodStatus(input: PodStatusInput): PodStatus {
  const { pod, runtime, previous } = input;
  const convert = (init: boolean) =>
    toApiContainerStatuses({
      clock: input.clock,
      pod,
      runtime,
      containers: (init ? pod.spec.initContainers : pod.spec.containers) ?? [],
      previous: (init ? previous.initContainerStatuses : previous.containerStatuses) ?? [],
      init,
      startFailure: input.startFailure,
    });
  const containerStatuses = convert(false);
  const initContainerStatuses = convert(true);
  let phase = podPhase({
    pod,
    containerStatuses,
    initContainerStatuses,
    podIsTerminal: input.podIsTerminal,
    hasInitialized: anyRegularContainerStarted(pod, runtime),
    profile: input.profile,
  });
  const final = previous.phase === 'Failed' || previous.phase === 'Succeeded';
  if (final && phase !== 'Failed' && phase !== 'Succeeded') phase = previous.phase as typeof phase;
  let status: PodStatus = {
    phase,
    ...(input.eviction === undefined ? keepReason(previous) : { ...input.eviction, phase: 'Failed' }),
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    ...(runtime.ip === undefined ? {} : { podIP: runtime.ip, podIPs: [{ ip: runtime.ip }] }),
    ...(previous.startTime === undefined ? {} : { startTime: previous.startTime }),
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses,
    qosClass: qosClass(pod),
  };
  status = input.probes.updatePodStatus(pod, status);
  return { ...status, conditions: conditions(input, status) };
}

/** Conditions of others (readiness gates) come first, as the API keeps them. */
function conditions(input: PodStatusInput, status: PodStatus): PodCondition[] {
  const { pod, previous, profile } = input;
  const published = pod.status.conditions ?? [];
  const foreign = published.filter(({ type }) => !isOwnedCondition(type));
  // Who scheduled it said when; the kubelet adds which generation it has seen.
  const scheduled = { ...published.find(({ type }) => type === 'PodScheduled'), ...podScheduledCondition(pod) };
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const phase = status.phase ?? 'Pending';
  return [
    ...foreign,
    podReadyToStartContainersCondition(pod, input.runtime.sandbox === 'ready'),
    podInitializedCondition(pod, previous, all, phase, profile),
    podReadyCondition(pod, previous, foreign, all, phase),
    containersReadyCondition(pod, previous, all, phase),
    scheduled,
  ];
}

function keepReason(previous: PodStatus): Pick<PodStatus, 'reason' | 'message'> {
  return {
    ...(previous.reason === undefined ? {} : { reason: previous.reason }),
    ...(previous.message === undefined ? {} : { message: previous.message }),
  };
}
