import { type Clock, rfc3339 } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { LabHistory } from './fact.ts';
import { deepEqual } from './deep-equal.ts';
import { EVENTS, type Kind, type KubeObject, kindOf, type ObjectMeta, type Pod } from './objects.ts';

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED';
export interface WatchEvent<T> {
  type: WatchType;
  object: T;
  /** What it was before; undefined for ADDED. */
  previous: T | undefined;
}

/** An object as a client hands it in: the store fills in the rest of the metadata. */
export type NewObject = {
  apiVersion: string;
  kind: string;
  metadata: Partial<ObjectMeta> & { name?: string; generateName?: string };
  // biome-ignore lint/suspicious/noExplicitAny: any kind.
  [field: string]: any;
};

export interface DeleteOptions {
  /** Undefined: the pod's own terminationGracePeriodSeconds; 0: the object vanishes at once. */
  gracePeriodSeconds?: number;
  /** Delete only the object with this uid. */
  uid?: string;
}

export interface StoreOptions {
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** Ms between a write and a watcher's hearing of it. Default 2 (spec/cluster.md 4.9: status → EndpointSlice 4 ms median). */
  watchLatencyMs?: number;
}

/**
 * The API server's storage, in memory: objects with uid, resourceVersion and generation, a status sub-resource,
 * optimistic concurrency, graceful deletion of pods, owner garbage collection and watches.
 *
 * Objects are values: never change one that you got from the store, build a new one (`{...pod, status}`).
 * Errors are `LabError` with the API server's reason as code (`NotFound`, `AlreadyExists`, `Conflict`) and its text.
 */
export class Store {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #history: LabHistory;
  readonly #latency: number;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #watchers = new Map<string, ((event: WatchEvent<never>) => void)[]>();
  #resourceVersion = 1;

  constructor(options: StoreOptions) {
    this.#clock = options.clock;
    this.#random = options.random.fork('store');
    this.#history = options.history;
    this.#latency = options.watchLatencyMs ?? 2;
  }

  get<T>(kind: Kind<T>, namespace: string | undefined, name: string): T | undefined {
    return this.#collection(kind).get(key(kind.namespaced ? namespace : undefined, name)) as T | undefined;
  }

  /** All objects of a kind in order of creation; of one namespace, if given. */
  list<T>(kind: Kind<T>, namespace?: string): T[] {
    const all = [...this.#collection(kind).values()];
    return (namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)) as T[];
  }

  /** Every kind that has objects. */
  kinds(): Kind<unknown>[] {
    const kinds: Kind<unknown>[] = [];
    for (const collection of this.#objects.values()) {
      const first = collection.values().next().value;
      if (first !== undefined) kinds.push(kindOf(first));
    }
    return kinds;
  }

  create<T>(kind: Kind<T>, object: NewObject): T {
    const name =
      object.metadata.name ??
      `${object.metadata.generateName ?? ''}${this.#random.string(5, 'bcdfghjklmnpqrstvwxz2456789')}`;
    const namespace = kind.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const collection = this.#collection(kind);
    if (collection.has(key(namespace, name))) {
      throw new LabError('AlreadyExists', `${resource(kind)} "${name}" already exists`);
    }
    const stored: KubeObject = {
      ...object,
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: {
        ...object.metadata,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: this.#random.uuid(),
        resourceVersion: this.#nextVersion(),
        creationTimestamp: rfc3339(this.#clock),
        ...(kind.kind === EVENTS.kind ? {} : { generation: 1 }),
      },
    };
    this.#write(kind, 'ADDED', stored, undefined);
    return stored as T;
  }

  /** Replaces everything but the status. A change of the spec raises the generation. */
  update<T>(kind: Kind<T>, object: T): T {
    const current = this.#current(kind, object as KubeObject);
    const next = object as KubeObject;
    const specChanged = !deepEqual(current['spec'], next['spec']);
    return this.#replace(kind, current, {
      ...next,
      ...('status' in current ? { status: current['status'] } : {}),
      metadata: {
        ...next.metadata,
        ...(specChanged ? { generation: (current.metadata.generation ?? 0) + 1 } : {}),
      },
    });
  }

  /** Replaces the status and nothing else. */
  updateStatus<T>(kind: Kind<T>, object: T): T {
    const current = this.#current(kind, object as KubeObject);
    return this.#replace(kind, current, { ...current, status: (object as KubeObject)['status'] });
  }

  /** Reads, changes and writes in one go; `change` gets the object in force and returns the new one (or the same: no write). */
  mutate<T>(kind: Kind<T>, namespace: string | undefined, name: string, change: (current: T) => T): T {
    const current = this.#find(kind, namespace, name);
    const next = change(current as T);
    if (next === (current as T)) return next;
    const changed = next as KubeObject;
    const specChanged = !deepEqual(current['spec'], changed['spec']);
    return this.#replace(kind, current, {
      ...changed,
      metadata: { ...changed.metadata, ...(specChanged ? { generation: (current.metadata.generation ?? 0) + 1 } : {}) },
    });
  }

  /**
   * Deletes. A pod that runs on a node gets a deletionTimestamp and goes when the kubelet deletes it with grace 0;
   * everything else, and a pod without a node, goes at once. Objects that it owns go, too.
   * Models kubernetes v1.34 pkg/registry/core/pod/strategy.go CheckGracefulDelete.
   */
  delete<T>(kind: Kind<T>, namespace: string | undefined, name: string, options: DeleteOptions = {}): void {
    const current = this.#find(kind, namespace, name);
    if (options.uid !== undefined && options.uid !== current.metadata.uid) {
      throw new LabError('Conflict', `${resource(kind)} "${name}": the UID in the precondition does not match`);
    }
    if (kind.kind === 'Pod') {
      const grace = podGrace(current as unknown as Pod, options.gracePeriodSeconds);
      if (grace > 0) {
        this.#markDeleted(kind, current, grace);
        return;
      }
    }
    this.#collection(kind).delete(key(current.metadata.namespace, name));
    this.#write(
      kind,
      'DELETED',
      { ...current, metadata: { ...current.metadata, resourceVersion: this.#nextVersion() } },
      current,
    );
    this.#collectOwned(current.metadata.uid);
  }

  /** Calls `listener` for each write to the kind from now on, `watchLatencyMs` after it. Returns the way to stop. */
  watch<T>(kind: Kind<T>, listener: (event: WatchEvent<T>) => void): () => void {
    const id = collectionKey(kind);
    const list = this.#watchers.get(id) ?? [];
    this.#watchers.set(id, list);
    list.push(listener as never);
    return () => {
      const index = list.indexOf(listener as never);
      if (index >= 0) list.splice(index, 1);
    };
  }

  #markDeleted<T>(kind: Kind<T>, current: KubeObject, grace: number): void {
    const before = current.metadata;
    // A second delete may shorten the grace, never lengthen it.
    if (before.deletionTimestamp !== undefined && (before.deletionGracePeriodSeconds ?? 0) <= grace) return;
    const since = before.deletionTimestamp === undefined ? this.#clock.now() : this.#clock.now();
    this.#replace(kind, current, {
      ...current,
      metadata: {
        ...before,
        deletionTimestamp: rfc3339(this.#clock, since + grace * 1000),
        deletionGracePeriodSeconds: grace,
        generation: (before.generation ?? 0) + 1,
      },
    });
  }

  #collectOwned(uid: string): void {
    for (const collection of [...this.#objects.values()]) {
      for (const object of [...collection.values()]) {
        if (object.metadata.ownerReferences?.some((owner) => owner.uid === uid)) {
          this.delete(kindOf(object), object.metadata.namespace, object.metadata.name);
        }
      }
    }
  }

  #replace<T>(kind: Kind<T>, current: KubeObject, next: KubeObject): T {
    if (deepEqual(current, next)) return current as T;
    const stored = { ...next, metadata: { ...next.metadata, resourceVersion: this.#nextVersion() } };
    this.#write(kind, 'MODIFIED', stored, current);
    return stored as T;
  }

  #write(kind: Kind<unknown>, type: WatchType, object: KubeObject, previous: KubeObject | undefined): void {
    if (type !== 'DELETED') {
      this.#collection(kind).set(key(object.metadata.namespace, object.metadata.name), object);
    }
    this.#history.record({ kind: 'object', op: type, object });
    const listeners = this.#watchers.get(collectionKey(kind));
    if (listeners === undefined || listeners.length === 0) return;
    const event = { type, object, previous } as unknown as WatchEvent<never>;
    this.#clock.setTimeout(() => {
      for (const listener of [...listeners]) listener(event);
    }, this.#latency);
  }

  #current<T>(kind: Kind<T>, object: KubeObject): KubeObject {
    const current = this.#find(kind, object.metadata.namespace, object.metadata.name);
    if (object.metadata.uid !== current.metadata.uid || object.metadata.resourceVersion !== current.metadata.resourceVersion) {
      throw new LabError(
        'Conflict',
        `Operation cannot be fulfilled on ${resource(kind)} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    }
    return current;
  }

  #find<T>(kind: Kind<T>, namespace: string | undefined, name: string): KubeObject {
    const found = this.#collection(kind).get(key(kind.namespaced ? namespace : undefined, name));
    if (found === undefined) throw new LabError('NotFound', `${resource(kind)} "${name}" not found`);
    return found;
  }

  #collection(kind: Kind<unknown>): Map<string, KubeObject> {
    const id = collectionKey(kind);
    let collection = this.#objects.get(id);
    if (collection === undefined) {
      collection = new Map();
      this.#objects.set(id, collection);
    }
    return collection;
  }

  #nextVersion(): string {
    return String(this.#resourceVersion++);
  }
}

function podGrace(pod: Pod, requested: number | undefined): number {
  if (pod.spec.nodeName === undefined || pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded') return 0;
  const grace = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  // A negative grace counts as 1.
  return grace < 0 ? 1 : grace;
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function collectionKey(kind: Kind<unknown>): string {
  const group = kind.apiVersion.includes('/') ? kind.apiVersion.slice(0, kind.apiVersion.indexOf('/')) : '';
  return `${group}/${kind.kind}`;
}

/** `pods`, `deployments.apps`: as the API server names a resource in its errors. */
function resource(kind: Kind<unknown>): string {
  const slash = kind.apiVersion.indexOf('/');
  return slash < 0 ? kind.plural : `${kind.plural}.${kind.apiVersion.slice(0, slash)}`;
}
