import type { RuntimeClient } from './runtime-client.ts';
import type { RuntimePod } from './runtime-state.ts';

/**
 * Of a container's dead instances in `pod` the newest is kept, for its status and log; the others are removed.
 * Models kubernetes v1.34 pkg/kubelet/pod_container_deletor.go with MaxPerPodContainer, and
 * pkg/kubelet/kuberuntime/kuberuntime_container.go pruneInitContainersBeforeStart.
 */
export function removeOlderDead(runtime: RuntimeClient, pod: RuntimePod, name: string): void {
  const dead = pod.containers.filter((container) => container.name === name && container.state === 'exited');
  for (const { containerID } of dead.slice(1)) runtime.removeContainer(containerID);
}
