import type { Pod } from '../kube/objects.ts';
import type { PodEvents } from './ports.ts';
import type { RuntimeClient } from './runtime-client.ts';

/**
 * Asks the runtime for the pod's sandbox; `done` gets its address, or undefined if there is none.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_sandbox.go createPodSandbox.
 */
export function createPodSandbox(
  { runtime, events }: { runtime: RuntimeClient; events: PodEvents },
  pod: Pod,
  done: (ip: string | undefined) => void,
): void {
  const { name, namespace, uid } = pod.metadata;
  const hostname = pod.spec.hostname ?? name;
  runtime.createSandbox({ podUID: uid, namespace, podName: name, hostname }, (answer) => {
    if (answer.type === 'sandbox-ready') {
      done(answer.ip);
      return;
    }
    const text = `Failed to create pod sandbox: ${answer.message}`;
    events.podEvent(pod, 'Warning', 'FailedCreatePodSandBox', text);
    done(undefined);
  });
}
