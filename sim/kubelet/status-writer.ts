import { type Clock, rfc3339 } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import { PODS, type Pod, type PodStatus } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { mergePodStatus } from './status/merge-status.ts';

export interface StatusWriterOptions {
  clock: Clock;
  store: Store;
  /** How long one write of a pod takes: the object is read, then patched. */
  writeMs: number;
  /** True until the pod's worker has stopped everything: till then a final phase is held back. */
  couldHaveRunningContainers(podUID: string): boolean;
  /**
   * For a run that repeats a recorded one: when this pod's next writes came, ms from now, those of one burst. A change
   * then waits for its write; of more changes than writes the first are left out. Undefined: as usual.
   */
  writes?(podUID: string): readonly number[] | undefined;
}

/** Changes that lie further apart than this are not of one burst. */
const BURST_MS = 500;
/** From a batch's last answer to the next batch. */
const BETWEEN_BATCHES_MS = 1;

interface Change {
  pod: Pod;
  status: PodStatus;
  /** Something of the pod might still run when it changed so: a final phase is held back. */
  delaysTerminalPhase: boolean;
  at: number;
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
  /** Changes that wait for their given moments. */
  readonly #waiting = new Map<string, Change[]>();
  /** Pods with changes that are not written yet, and what waits for that. */
  readonly #unwritten = new Map<string, (() => void)[]>();
  #busy = false;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  changed(pod: Pod, status: PodStatus): void {
    const { uid } = pod.metadata;
    const delaysTerminalPhase = this.#options.couldHaveRunningContainers(uid);
    const change = { pod, status, delaysTerminalPhase, at: this.#options.clock.now() };
    if (!this.#unwritten.has(uid)) this.#unwritten.set(uid, []);
    const waiting = this.#waiting.get(uid);
    if (waiting !== undefined) {
      waiting.push(change);
      return;
    }
    if ((this.#options.writes?.(uid) ?? []).length > 0) {
      if (!this.#changed.has(uid) && !this.#changes(change)) {
        this.#written(uid);
        return;
      }
      this.#waiting.set(uid, [change]);
      this.#awaitGiven(uid);
      return;
    }
    this.#changed.set(uid, change);
    if (this.#busy) return;
    this.#busy = true;
    // At once: what the same change leads to (a sync after a startup success) is a write of its own.
    this.#beginBatch();
  }

  /** Calls `then` when every change of the pod so far has been written; at once if it has. */
  afterWrites(podUID: string, then: () => void): void {
    const waiting = this.#unwritten.get(podUID);
    if (waiting === undefined) then();
    else waiting.push(then);
  }

  #written(uid: string): void {
    if (this.#changed.has(uid) || this.#waiting.has(uid)) return;
    const then = this.#unwritten.get(uid) ?? [];
    this.#unwritten.delete(uid);
    for (const callback of then) callback();
  }

  #beginBatch(): void {
    const batch = [...this.#changed.values()];
    this.#changed.clear();
    this.#writeNext(batch);
  }

  #writeNext(batch: Change[]): void {
    const next = batch.shift();
    const { clock, writeMs } = this.#options;
    if (next !== undefined) {
      clock.setTimeout(() => {
        this.#write(next);
        this.#written(next.pod.metadata.uid);
        this.#writeNext(batch);
      }, writeMs);
      return;
    }
    clock.setTimeout(() => {
      if (this.#changed.size > 0) this.#beginBatch();
      else this.#busy = false;
    }, BETWEEN_BATCHES_MS);
  }

  #awaitGiven(uid: string): void {
    const { clock, writes, writeMs } = this.#options;
    const given = writes?.(uid) ?? [];
    clock.setTimeout(() => {
      const waiting = this.#waiting.get(uid) ?? [];
      // What changes nothing is not written.
      while (waiting[1] !== undefined && !this.#changes(waiting[0] as Change)) waiting.shift();
      // Of more changes than writes, an old one was overtaken before the write began.
      while (waiting.length > Math.max(1, given.length) && (waiting[0]?.at ?? 0) < clock.now() - BURST_MS)
        waiting.shift();
      // The first write has the change that began it, the last one the last.
      const taken = given.length <= 1 ? waiting.length : 1;
      const next = waiting.splice(0, taken).at(-1);
      if (next !== undefined) this.#write(next);
      if (waiting.length > 0) {
        this.#awaitGiven(uid);
        return;
      }
      this.#waiting.delete(uid);
      this.#written(uid);
    }, given[0] ?? writeMs);
  }

  /** Would a write of it make a difference? */
  #changes(change: Change): boolean {
    const { namespace, name } = change.pod.metadata;
    const current = this.#options.store.get(PODS, namespace, name);
    return current !== undefined && !deepEqual(this.#merged(current, change).status, current.status);
  }

  #merged(current: Pod, { pod, status, delaysTerminalPhase }: Change): Pod {
    // A new pod of the same name is another pod.
    if (current.metadata.uid !== pod.metadata.uid) return current;
    const now = rfc3339(this.#options.clock);
    return { ...current, status: mergePodStatus(current.status, status, { delaysTerminalPhase, now }) };
  }

  #write(change: Change): void {
    const { namespace, name } = change.pod.metadata;
    try {
      this.#options.store.mutate(PODS, namespace, name, (current) => this.#merged(current, change));
    } catch (error) {
      // The object was deleted by force: its status has no place any more.
      if (!(error instanceof LabError && error.code === 'NotFound')) throw error;
    }
  }
}
