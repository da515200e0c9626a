import { type Clock, rfc3339 } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import { PODS, type Pod, type PodStatus } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { mergePodStatus } from './status/merge-status.ts';

/**
 * Brings what the status manager holds to the API: one write of a pod at a time, each with the newest status when it
 * begins. What changes while a write is under way goes with the next one, so a burst of changes is two writes.
 * Models kubernetes v1.34 pkg/kubelet/status/status_manager.go syncPod.
 */
export class StatusWriter {
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #writeMs: number;
  readonly #newest = new Map<string, { pod: Pod; status: PodStatus }>();
  readonly #writing = new Set<string>();
  readonly #couldHaveRunningContainers: (podUID: string) => boolean;

  constructor(options: {
    clock: Clock;
    store: Store;
    writeMs: number;
    /** True until the pod's worker has stopped everything: till then a final phase is held back. */
    couldHaveRunningContainers(podUID: string): boolean;
  }) {
    this.#clock = options.clock;
    this.#store = options.store;
    this.#writeMs = options.writeMs;
    this.#couldHaveRunningContainers = options.couldHaveRunningContainers;
  }

  changed(pod: Pod, status: PodStatus): void {
    const { uid } = pod.metadata;
    this.#newest.set(uid, { pod, status });
    // The write begins after everything that happens in this moment.
    if (!this.#writing.has(uid)) {
      this.#writing.add(uid);
      this.#clock.setTimeout(() => this.#begin(uid), 0);
    }
  }

  #begin(uid: string): void {
    const taken = this.#newest.get(uid);
    this.#newest.delete(uid);
    if (taken === undefined) {
      this.#writing.delete(uid);
      return;
    }
    this.#clock.setTimeout(() => {
      this.#write(taken.pod, taken.status);
      this.#begin(uid);
    }, this.#writeMs);
  }

  #write(pod: Pod, status: PodStatus): void {
    const { namespace, name, uid } = pod.metadata;
    try {
      this.#store.mutate(PODS, namespace, name, (current) => {
        // A new pod of the same name is another pod.
        if (current.metadata.uid !== uid) return current;
        const delaysTerminalPhase = this.#couldHaveRunningContainers(uid);
        const now = rfc3339(this.#clock);
        return { ...current, status: mergePodStatus(current.status, status, { delaysTerminalPhase, now }) };
      });
    } catch (error) {
      // The object was deleted by force: its status has no place any more.
      if (!(error instanceof LabError && error.code === 'NotFound')) throw error;
    }
  }
}
