import { type Clock, rfc3339 } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import { PODS, type Pod, type PodStatus } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { mergePodStatus } from './status/merge-status.ts';

export interface StatusWriterOptions {
  clock: Clock;
  store: Store;
  /** How long one write of a pod takes: the object is read, then patched. */
  writeMs(podUID: string): number;
  /** True until the pod's worker has stopped everything: till then a final phase is held back. */
  couldHaveRunningContainers(podUID: string): boolean;
  /** The order in which a batch is written; Go's maps have none. Default: as they changed. */
  order?(podUIDs: readonly string[]): readonly string[];
}

/** From a batch's last answer to the next batch. */
const BETWEEN_BATCHES_MS = 1;

interface Change {
  pod: Pod;
  status: PodStatus;
}

/**
 * Brings what the status manager holds to the API: one write at a time for the whole node, in batches. A batch has the
 * statuses of the moment it begins; what changes while it is written goes with the next one. So a burst of changes of
 * one pod is two writes, or one if other pods were just being written.
 * Models kubernetes v1.34 pkg/kubelet/status/status_manager.go Start, syncBatch and syncPod.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #changed = new Map<string, Change>();
  #busy = false;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  changed(pod: Pod, status: PodStatus): void {
    this.#changed.set(pod.metadata.uid, { pod, status });
    if (this.#busy) return;
    this.#busy = true;
    // At once: what the same change leads to (a sync after a startup success) is a write of its own.
    this.#beginBatch();
  }

  #beginBatch(): void {
    const batch = new Map(this.#changed);
    this.#changed.clear();
    const uids = [...batch.keys()];
    const order = this.#options.order?.(uids) ?? uids;
    this.#writeNext(order.flatMap((uid) => batch.get(uid) ?? []));
  }

  #writeNext(batch: Change[]): void {
    const next = batch.shift();
    if (next !== undefined) {
      this.#options.clock.setTimeout(() => {
        this.#write(next.pod, next.status);
        this.#writeNext(batch);
      }, this.#options.writeMs(next.pod.metadata.uid));
      return;
    }
    this.#options.clock.setTimeout(() => {
      if (this.#changed.size > 0) this.#beginBatch();
      else this.#busy = false;
    }, BETWEEN_BATCHES_MS);
  }

  #write(pod: Pod, status: PodStatus): void {
    const { namespace, name, uid } = pod.metadata;
    try {
      this.#options.store.mutate(PODS, namespace, name, (current) => {
        // A new pod of the same name is another pod.
        if (current.metadata.uid !== uid) return current;
        const delaysTerminalPhase = this.#options.couldHaveRunningContainers(uid);
        const now = rfc3339(this.#options.clock);
        return { ...current, status: mergePodStatus(current.status, status, { delaysTerminalPhase, now }) };
      });
    } catch (error) {
      // The object was deleted by force: its status has no place any more.
      if (!(error instanceof LabError && error.code === 'NotFound')) throw error;
    }
  }
}
