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
  // A regular init container is ready when it is done.
  const ready = container.state?.terminated?.exitCode === 0 || container.ready;
  return { ...container, started: isStarted(pod, container, knowledge), ready };
}

/** Models prober_manager.go isContainerStarted. */
function isStarted(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  if (container.state?.running === undefined) return false;
  const result = knowledge.results.startup.get(container.containerID ?? '');
  if (result !== undefined) return result === 'Success';
  if (hadStarted(pod, container, knowledge)) return true;
  // A probe that has not run yet.
  return !knowledge.hasWorker(container.name, 'startup');
}

/** Only asked of a running, started container. */
function isReady(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  const result = knowledge.results.readiness.get(container.containerID ?? '');
  if (result === 'Success') return true;
  knowledge.triggerReadiness(container.name);
  // Not "no probe in the spec": a container whose worker does not exist yet, or has ended, counts as ready.
  const ready = !knowledge.hasWorker(container.name, 'readiness');
  if (!outlived(container, knowledge)) return ready;
  return readyAfterKubeletRestart(pod, container, ready || result === undefined);
}

/** From 1.36 on: what has not been probed since keeps the readiness of the pod. Models prober_manager.go setReadyStateOnKubeletRestart. */
function readyAfterKubeletRestart(pod: Pod, container: ContainerStatus, ready: boolean): boolean {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const spec = containers.find(({ name }) => name === container.name);
  if (spec?.readinessProbe === undefined) return ready;
  const podIsReady = pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready && podIsReady === true;
}

/** From 1.36 on: the API says that this very container had started, and the kubelet has been restarted since. */
function hadStarted(pod: Pod, container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  if (knowledge.profile.restartGracePeriodMs === undefined) return false;
  if (container.started === true) return true;
  if (!outlived(container, knowledge)) return false;
  const published = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
  return published.some(({ containerID, started }) => containerID === container.containerID && started === true);
}

function outlived(container: ContainerStatus, knowledge: ProbeKnowledge): boolean {
  return outlivedKubeletRestart(knowledge.profile, container, knowledge.kubeletStartedAtMs);
}
