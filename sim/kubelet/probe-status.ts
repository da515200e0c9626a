import type { ProbeType } from '../kube/fact.ts';
import type { ContainerStatus, Pod, PodStatus } from '../kube/objects.ts';
import { outlivedKubeletRestart } from './probe-worker/initial-result.ts';
import type { KubeletProfile } from './profiles.ts';
import type { ProbeResults } from './results.ts';
import { isRestartableInitContainer } from './status/container-lookup.ts';

/** What the probe manager knows, as far as a pod's status depends on it. */
export interface ProbeKnowledge {
  results: ProbeResults;
  profile: KubeletProfile;
  /** Ms since 1970. */
  kubeletStartedAtMs: number;
  hasWorker(container: string, probe: ProbeType): boolean;
  /** Asks for a readiness run at once; without a worker it does nothing. */
  triggerReadiness(container: string): void;
}

/**
 * The status with `started` and `ready` of each container as the probes see it. Triggers readiness of running, started
 * containers that are not ready yet.
 * Models kubernetes v1.34 pkg/kubelet/prober/prober_manager.go UpdatePodStatus.
 */
export function fillProbeStatus(pod: Pod, status: PodStatus, knowledge: ProbeKnowledge): PodStatus {
  const filled: PodStatus = { ...status };
  if (status.containerStatuses !== undefined) {
    filled.containerStatuses = status.containerStatuses.map((container) => fillContainer(pod, container, knowledge));
  }
  if (status.initContainerStatuses !== undefined) {
    filled.initContainerStatuses = status.initContainerStatuses.map((container) =>
      fillInitContainer(pod, container, knowledge),
    );
  }
  return filled;
}

function fillContainer(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): ContainerStatus {
  const started = isStarted(pod, container, knowledge);
  if (!started) return { ...container, started };
  return { ...container, started, ready: isReady(pod, container, knowledge) };
}

function fillInitContainer(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): ContainerStatus {
  const spec = pod.spec.initContainers?.find((candidate) => candidate.name === container.name);
  if (spec !== undefined && isRestartableInitContainer(spec)) return fillContainer(pod, container, knowledge);
  const started = isStarted(pod, container, knowledge);
  // A regular init container is ready when it is done.
  return { ...container, started, ready: container.state?.terminated?.exitCode === 0 || container.ready };
}

/** Models prober_manager.go isContainerStarted. */
function isStarted(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  if (container.state?.running === undefined) return false;
  const result = knowledge.results.startup.get(container.containerID ?? '');
  if (result !== undefined) return result === 'Success';
  if (!knowledge.hasWorker(container.name, 'startup')) return true;
  // A probe that has not run yet: not started, unless the release trusts what was published before the kubelet restarted.
  return outlived(container, knowledge) && published(pod, container.name)?.started === true;
}

/** Only asked of a running, started container. */
function isReady(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  const result = knowledge.results.readiness.get(container.containerID ?? '');
  if (result === 'Success') return true;
  knowledge.triggerReadiness(container.name);
  if (result === undefined && outlived(container, knowledge)) {
    if (!hasReadinessProbe(pod, container.name)) return true;
    return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  }
  // Not "no probe in the spec": a container whose worker does not exist yet, or has ended, counts as ready.
  return !knowledge.hasWorker(container.name, 'readiness');
}

function outlived(container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  return outlivedKubeletRestart(knowledge.profile, container, knowledge.kubeletStartedAtMs);
}

function published(pod: Pod, name: string): ContainerStatus | undefined {
  const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
  return statuses.find((status) => status.name === name);
}

function hasReadinessProbe(pod: Pod, name: string): boolean {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  return containers.find((container) => container.name === name)?.readinessProbe !== undefined;
}
