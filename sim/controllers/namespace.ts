import type { Clock } from '../core/clock.ts';
import { type KubeObject, NAMESPACES } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { WorkQueue } from './work-queue.ts';

/**
 * Deletes what a deleted namespace leaves behind.
 * Approximates kubernetes v1.34 pkg/controller/namespace: there the namespace stays, Terminating, until it is empty.
 */
export class NamespaceController {
  readonly #store: Store;
  readonly #queue: WorkQueue;
  #stop: (() => void) | undefined;

  constructor(options: { store: Store; clock: Clock; latencyMs?: number }) {
    this.#store = options.store;
    this.#queue = new WorkQueue(options.clock, options.latencyMs ?? 2, (name) => this.#empty(name));
  }

  start(): void {
    this.#stop = this.#store.watch(NAMESPACES, ({ type, object }) => {
      if (type === 'DELETED') this.#queue.add(object.metadata.name);
    });
  }

  stop(): void {
    this.#stop?.();
    this.#queue.clear();
  }

  #empty(name: string): void {
    if (this.#store.get(NAMESPACES, undefined, name) !== undefined) return;
    for (const kind of this.#store.kinds()) {
      for (const { metadata } of this.#store.list(kind, name) as KubeObject[]) {
        const isThere = this.#store.get(kind, name, metadata.name) !== undefined;
        if (isThere && metadata.deletionTimestamp === undefined) this.#store.delete(kind, name, metadata.name);
      }
    }
  }
}
