import type { Container, Pod } from '../kube/objects.ts';
import { newestContainer, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';
import { isRestartableInitContainer } from './status/container-lookup.ts';

/** May a container of this pod be restarted after a failure? Models kuberuntime_manager.go shouldRestartOnFailure. */
export function shouldRestartOnFailure(pod: Pod): boolean {
  return pod.spec.restartPolicy !== 'Never';
}

/**
 * Is the container, as it stands, to be started (again)?
 * Models kubernetes v1.34 pkg/kubelet/container/helpers.go ShouldContainerBeRestarted.
 */
export function shouldContainerBeRestarted(container: Container, pod: Pod, runtime: RuntimePod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const status = newestContainer(runtime, container.name);
  if (status === undefined || status.state === 'created') return true;
  if (status.state === 'running') return false;
  if (isRestartableInitContainer(container)) return true;
  if (pod.spec.restartPolicy === 'Never') return false;
  if (pod.spec.restartPolicy === 'OnFailure') return status.exitCode !== 0;
  return true;
}

/** Of a running container only the image can be changed. Models kuberuntime_manager.go containerChanged. */
export function isChanged(container: Container, instance: RuntimeContainer): boolean {
  return container.image !== undefined && container.image !== instance.image;
}
