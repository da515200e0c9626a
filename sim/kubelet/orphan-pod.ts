import type { PodRef } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
import { PodContainers, type PodContainersDeps } from './pod-containers.ts';

/** What the kubelet gives a pod that it finds running without an object. */
const GRACE_SECONDS = 1;

/**
 * A pod that runs though the API knows no such object: deleted by force while no kubelet was there. It is stopped by
 * what the runtime knows of it: names and images, no hooks, no grace period of its own.
 * Models kubernetes v1.34 pkg/kubelet/kubelet.go SyncTerminatingRuntimePod and container/runtime.go Pod.ToAPIPod.
 */
export class OrphanPod {
  readonly #deps: PodContainersDeps;
  readonly #pod: Pod;
  readonly #containers: PodContainers;

  constructor(deps: PodContainersDeps, ref: PodRef) {
    this.#deps = deps;
    const running = deps.runtime.pod(ref.uid).containers.filter(({ state }) => state === 'running');
    this.#pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: ref,
      spec: { containers: running.map(({ name, image }) => ({ name, image })) },
      status: {},
    } as Pod;
    this.#containers = new PodContainers(deps, () => ({ nodeName: '', hostIP: '', podIP: '' }));
  }

  /** Stops what runs; `gone` when nothing of the pod is left. */
  stop(gone: () => void): void {
    const { runtime } = this.#deps;
    const { uid } = this.#pod.metadata;
    const running = runtime.pod(uid).containers.filter(({ state }) => state === 'running');
    let left = running.length;
    const stopped = () => {
      if (--left > 0) return;
      runtime.removeSandbox(uid);
      runtime.forget(uid);
      gone();
    };
    if (left === 0) stopped();
    const request = { pod: this.#pod, reason: 'unknown', graceSeconds: GRACE_SECONDS } as const;
    for (const container of running) this.#containers.stop(this.#pod, container, request, stopped);
  }

  /** The kubelet goes down: it forgets, the containers live on. */
  abandon(): void {
    this.#containers.abandon();
  }
}
