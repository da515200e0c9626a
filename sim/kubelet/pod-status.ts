import type { Clock } from '../core/clock.ts';
import type { Pod, PodCondition, PodStatus } from '../kube/objects.ts';
import { qosClass } from '../kube/qos.ts';
import { anyRegularContainerStarted, type StartFailure, toApiContainerStatuses } from './container-statuses.ts';
import type { ProbeManager } from './probe-manager.ts';
import type { RuntimePod } from './runtime-state.ts';
import {
  containersReadyCondition,
  podInitializedCondition,
  podReadyCondition,
  podReadyToStartContainersCondition,
  podScheduledCondition,
} from './status/conditions.ts';
import { podPhase } from './status/phase.ts';

export interface PodStatusInput {
  clock: Pick<Clock, 'now' | 'epochMs'>;
  pod: Pod;
  runtime: RuntimePod;
  /** What the status manager holds; the pod's own status if it holds nothing. */
  previous: PodStatus;
  /** Nothing of the pod runs any more, and nothing will. */
  podIsTerminal: boolean;
  hostIP: string;
  probes: Pick<ProbeManager, 'updatePodStatus'>;
  startFailure(container: string): StartFailure | undefined;
  /** A sync handler's verdict (activeDeadlineSeconds): the pod has failed with this reason. */
  eviction?: { reason: string; message: string };
}

/** Conditions that the kubelet owns; others (readiness gates, PodScheduled) stay as they are in the API. */
const OWNED = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady']);

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
  });
  const final = previous.phase === 'Failed' || previous.phase === 'Succeeded';
  if (final && phase !== 'Failed' && phase !== 'Succeeded') phase = previous.phase as typeof phase;
  let status: PodStatus = {
    phase,
    ...(input.eviction === undefined ? keepReason(previous) : { ...input.eviction, phase: 'Failed' }),
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    ...(runtime.ip === undefined ? keepAddress(previous) : { podIP: runtime.ip, podIPs: [{ ip: runtime.ip }] }),
    ...(previous.startTime === undefined ? {} : { startTime: previous.startTime }),
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses,
    qosClass: qosClass(pod),
  };
  status = input.probes.updatePodStatus(pod, status);
  return { ...status, conditions: conditions(input, status) };
}

function conditions(input: PodStatusInput, status: PodStatus): PodCondition[] {
  const { pod, previous } = input;
  const foreign = (pod.status.conditions ?? []).filter((condition) => !OWNED.has(condition.type));
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const phase = status.phase ?? 'Pending';
  const scheduled = foreign.find((condition) => condition.type === 'PodScheduled') ?? podScheduledCondition(pod);
  const gates = foreign.filter((condition) => condition.type !== 'PodScheduled');
  return [
    podReadyToStartContainersCondition(pod, input.runtime.sandbox === 'ready'),
    podInitializedCondition(pod, previous, all, phase),
    podReadyCondition(pod, previous, gates, all, phase),
    containersReadyCondition(pod, previous, all, phase),
    scheduled,
    ...gates,
  ];
}

function keepReason(previous: PodStatus): Pick<PodStatus, 'reason' | 'message'> {
  return {
    ...(previous.reason === undefined ? {} : { reason: previous.reason }),
    ...(previous.message === undefined ? {} : { message: previous.message }),
  };
}

function keepAddress(previous: PodStatus): Pick<PodStatus, 'podIP' | 'podIPs'> {
  return {
    ...(previous.podIP === undefined ? {} : { podIP: previous.podIP }),
    ...(previous.podIPs === undefined ? {} : { podIPs: previous.podIPs }),
  };
}
