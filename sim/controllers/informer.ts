import type { Kind, KubeObject } from '../kube/objects.ts';
import type { Store, WatchEvent } from '../kube/store.ts';

/**
 * The objects of a kind as watches have told of them: a little behind the store, as a controller's cache is. What a controller
 * decides from must not be newer than what it has been woken for, else transitions that a cluster shows one by one melt together.
 * Models client-go tools/cache SharedInformer.
 */
export class Informer<T extends { metadata: KubeObject['metadata'] }> {
  readonly #store: Store;
  readonly #kind: Kind<T>;
  readonly #objects = new Map<string, T>();

  constructor(store: Store, kind: Kind<T>) {
    this.#store = store;
    this.#kind = kind;
  }

  /** Begins to follow; calls `listener` after the cache has been brought up to date. Returns the way to stop. */
  start(listener: (event: WatchEvent<T>) => void): () => void {
    for (const object of this.#store.list(this.#kind)) this.#objects.set(object.metadata.uid, object);
    return this.#store.watch(this.#kind, (event) => {
      if (event.type === 'DELETED') this.#objects.delete(event.object.metadata.uid);
      else this.#objects.set(event.object.metadata.uid, event.object);
      listener(event);
    });
  }

  get(namespace: string, name: string): T | undefined {
    return this.list(namespace).find((object) => object.metadata.name === name);
  }

  list(namespace: string): T[] {
    return [...this.#objects.values()].filter((object) => object.metadata.namespace === namespace);
  }
}
