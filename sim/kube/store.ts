import { type Clock, rfc3339, type Timer } from '../core/clock.ts';
import { LabError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { deepEqual } from './deep-equal.ts';
import { deletion, isReleased } from './deletion.ts';
import type { LabHistory } from './fact.ts';
import { firstGeneration } from './generation.ts';
import { groupKind, ObjectTable } from './object-table.ts';
import { type Kind, type KubeObject, kindOf, type ObjectMeta } from './objects.ts';
import { withServerMetadata } from './server-metadata.ts';
import { type WatchEvent, Watchers, type WatchType } from './watchers.ts';

export type { WatchEvent, WatchType } from './watchers.ts';

/** An object as a client hands it in: the store fills in the rest of the metadata. */
export type NewObject = {
  apiVersion: string;
  kind: string;
  metadata: Partial<ObjectMeta> & { name?: string; generateName?: string };
  // biome-ignore lint/suspicious/noExplicitAny: any kind.
  [field: string]: any;
};

export interface DeleteOptions {
  /** Undefined: the pod's own terminationGracePeriodSeconds; 0: the object is marked and vanishes in the same request. */
  gracePeriodSeconds?: number;
  /** Delete only the object with this uid. */
  uid?: string;
  /** `Orphan`: what the object owns stays, without it as an owner. Default `Background`: it goes, too. */
  propagationPolicy?: 'Background' | 'Orphan';
}

export interface MutateOptions {
  /** A write to a sub-resource (`status`, or a pod's `binding`) leaves the generation as it is. */
  subresource?: 'status' | 'binding';
}

export interface StoreOptions {
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** Ms between a write and a watcher's hearing of it. Default 2 (spec/cluster.md 4.9: status → EndpointSlice 4 ms median). */
  watchLatencyMs?: number;
  /** Of a run that repeats a recorded one: the uid of a new object, instead of the one drawn. */
  uid?(kind: string, name: string, drawn: string): string;
  /** Ms between the two writes of a pod's deletion without grace: its mark and its removal. Default 5. */
  removalMs?(pod: ObjectMeta): number | undefined;
}

const REMOVAL_MS = 5;

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
  readonly #objects = new ObjectTable();
  readonly #watchers: Watchers;
  readonly #uid: (kind: string, name: string, drawn: string) => string;
  readonly #removalMs: (pod: ObjectMeta) => number;
  readonly #removals = new Set<Timer>();
  #resourceVersion = 1;

  constructor(options: StoreOptions) {
    this.#clock = options.clock;
    this.#random = options.random.fork('store');
    this.#history = options.history;
    this.#uid = options.uid ?? ((_kind, _name, drawn) => drawn);
    this.#removalMs = (pod) => options.removalMs?.(pod) ?? REMOVAL_MS;
    this.#watchers = new Watchers(options.clock, options.watchLatencyMs ?? 2);
  }

  get<T>(kind: Kind<T>, namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(kind, namespace, name) as T | undefined;
  }

  /** All objects of a kind in order of creation; of one namespace, if given. */
  list<T>(kind: Kind<T>, namespace?: string): T[] {
    const all = this.#objects.list(kind);
    return (namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)) as T[];
  }

  /** Every kind that has objects. */
  kinds(): Kind<unknown>[] {
    return this.#objects.kinds();
  }

  /** @throws LabError AlreadyExists */
  create<T>(kind: Kind<T>, object: NewObject): T {
    const namespace = kind.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const name = object.metadata.name || this.#generateName(kind, namespace, object.metadata.generateName ?? '');
    if (this.#objects.get(kind, namespace, name) !== undefined) {
      throw new LabError('AlreadyExists', `${resource(kind)} "${name}" already exists`);
    }
    const generation = firstGeneration(kind);
    const { deletionTimestamp: _, deletionGracePeriodSeconds: __, generation: ___, ...given } = object.metadata;
    const stored: KubeObject = {
      ...object,
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: {
        ...given,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: this.#uid(kind.kind, name, this.#random.uuid()),
        resourceVersion: this.#nextVersion(),
        creationTimestamp: rfc3339(this.#clock),
        ...(generation === undefined ? {} : { generation }),
      },
    };
    this.#write(kind, 'ADDED', stored, undefined);
    return stored as T;
  }

  /** Models apiserver storage/names SimpleNameGenerator; a name that is taken is drawn again, as the API server does. */
  #generateName(kind: Kind<unknown>, namespace: string | undefined, prefix: string): string {
    let name = '';
    for (let attempt = 0; attempt < 8; attempt++) {
      name = `${prefix}${this.#random.string(5, 'bcdfghjklmnpqrstvwxz2456789')}`;
      if (this.#objects.get(kind, namespace, name) === undefined) break;
    }
    return name;
  }

  /**
   * Replaces everything but the status. A change of the spec raises the generation. An object without a resourceVersion is
   * written whatever is there.
   * @throws LabError NotFound, Conflict
   */
  update<T>(kind: Kind<T>, object: T): T {
    const current = this.#current(kind, object as KubeObject);
    const next = object as KubeObject;
    return this.#replace(kind, current, {
      ...next,
      ...('status' in current ? { status: current.status } : {}),
    });
  }

  /** Replaces the status and nothing else. @throws LabError NotFound, Conflict */
  updateStatus<T>(kind: Kind<T>, object: T): T {
    const current = this.#current(kind, object as KubeObject);
    return this.#replace(kind, current, { ...current, status: (object as KubeObject).status });
  }

  /**
   * Reads, changes and writes in one go; `change` gets the object in force and returns the new one (or the same: no write).
   * @throws LabError NotFound
   */
  mutate<T>(
    kind: Kind<T>,
    namespace: string | undefined,
    name: string,
    change: (current: T) => T,
    options: MutateOptions = {},
  ): T {
    const current = this.#find(kind, namespace, name);
    const next = change(current as T);
    if (next === (current as T)) return next;
    return this.#replace(kind, current, next as KubeObject, options.subresource !== undefined);
  }

  /**
   * Deletes. A pod that runs on a node gets a deletionTimestamp and goes when the kubelet deletes it with grace 0; an object
   * with finalizers goes when an update takes the last of them; everything else, and a pod without a node, goes at once.
   * Objects that it alone owns go, too.
   * @throws LabError NotFound, Conflict: another uid
   */
  delete<T>(kind: Kind<T>, namespace: string | undefined, name: string, options: DeleteOptions = {}): void {
    const current = this.#find(kind, namespace, name);
    if (options.uid !== undefined && options.uid !== current.metadata.uid) {
      throw new LabError(
        'Conflict',
        `Operation cannot be fulfilled on ${resource(kind)} "${name}": the UID in the precondition (${options.uid}) does not match the UID in record (${current.metadata.uid}). The object might have been deleted and then recreated`,
      );
    }
    if (options.propagationPolicy === 'Orphan') this.#releaseOwned(current.metadata.uid);
    const { marked, gone } = deletion(current, options.gracePeriodSeconds, this.#clock);
    const last = marked === undefined ? current : this.#store(kind, current, marked);
    if (gone && marked === undefined) this.#remove(kind, last);
    else if (gone) this.#removeSoon(kind, last);
  }

  /** Nothing is written any more that was under way. */
  close(): void {
    for (const timer of this.#removals) this.#clock.clearTimeout(timer);
    this.#removals.clear();
  }

  /** Calls `listener` for each write to the kind from now on, `watchLatencyMs` after it. Returns the way to stop. */
  watch<T>(kind: Kind<T>, listener: (event: WatchEvent<T>) => void): () => void {
    return this.#watchers.add(groupKind(kind), listener as never);
  }

  /**
   * A deletion without grace is two writes of one request: watchers see the mark, then the removal.
   * Models kubernetes v1.34 staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go
   * updateForGracefulDeletionAndFinalizers.
   */
  #removeSoon(kind: Kind<unknown>, marked: KubeObject): void {
    const { namespace, name, uid } = marked.metadata;
    const timer = this.#clock.setTimeout(() => {
      this.#removals.delete(timer);
      const current = this.#objects.get(kind, namespace, name);
      if (current?.metadata.uid === uid) this.#remove(kind, current);
    }, this.#removalMs(marked.metadata));
    this.#removals.add(timer);
  }

  #remove(kind: Kind<unknown>, current: KubeObject): void {
    this.#objects.delete(kind, current);
    const last = { ...current, metadata: { ...current.metadata, resourceVersion: this.#nextVersion() } };
    this.#write(kind, 'DELETED', last, current);
    this.#collectOwned(current.metadata.uid);
  }

  /** What an owner leaves behind: objects without another owner go. Models kubernetes v1.34 pkg/controller/garbagecollector. */
  #collectOwned(uid: string): void {
    for (const object of this.#objects.ownedBy(uid)) {
      const others = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
      const { namespace, name } = object.metadata;
      if (others.some((owner) => this.#objects.has(owner.uid))) this.#disown(object, uid);
      else if (object.metadata.deletionTimestamp === undefined) this.delete(kindOf(object), namespace, name);
    }
  }

  #releaseOwned(uid: string): void {
    for (const object of this.#objects.ownedBy(uid)) this.#disown(object, uid);
  }

  #disown(object: KubeObject, uid: string): void {
    const { ownerReferences = [], ...metadata } = object.metadata;
    const rest = ownerReferences.filter((owner) => owner.uid !== uid);
    const next = { ...object, metadata: rest.length === 0 ? metadata : { ...metadata, ownerReferences: rest } };
    this.#replace(kindOf(object), object, next as KubeObject);
  }

  /** Writes what a client wants, but for the metadata that is the server's own. */
  #replace<T>(kind: Kind<T>, current: KubeObject, wanted: KubeObject, subresource = false): T {
    const next = withServerMetadata(current, wanted, subresource);
    if (deepEqual(current, next)) return current as T;
    const stored = this.#store(kind, current, next);
    if (isReleased(stored.metadata)) this.#remove(kind, stored);
    return stored as T;
  }

  #store(kind: Kind<unknown>, current: KubeObject, next: KubeObject): KubeObject {
    const stored = { ...next, metadata: { ...next.metadata, resourceVersion: this.#nextVersion() } };
    this.#write(kind, 'MODIFIED', stored, current);
    return stored;
  }

  #write(kind: Kind<unknown>, type: WatchType, object: KubeObject, previous: KubeObject | undefined): void {
    if (type !== 'DELETED') this.#objects.set(kind, object);
    this.#history.record({ kind: 'object', op: type, object });
    this.#watchers.publish(groupKind(kind), { type, object, previous });
  }

  #current<T>(kind: Kind<T>, object: KubeObject): KubeObject {
    const current = this.#find(kind, object.metadata.namespace, object.metadata.name);
    const { uid, resourceVersion } = object.metadata;
    const sameVersion = !resourceVersion || resourceVersion === current.metadata.resourceVersion;
    if ((uid && uid !== current.metadata.uid) || !sameVersion) {
      throw new LabError(
        'Conflict',
        `Operation cannot be fulfilled on ${resource(kind)} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    }
    return current;
  }

  #find<T>(kind: Kind<T>, namespace: string | undefined, name: string): KubeObject {
    const found = this.#objects.get(kind, namespace, name);
    if (found === undefined) throw new LabError('NotFound', `${resource(kind)} "${name}" not found`);
    return found;
  }

  #nextVersion(): string {
    return String(this.#resourceVersion++);
  }
}

/** `pods`, `deployments.apps`: as the API server names a resource in its errors. */
function resource(kind: Kind<unknown>): string {
  const slash = kind.apiVersion.indexOf('/');
  return slash < 0 ? kind.plural : `${kind.plural}.${kind.apiVersion.slice(0, slash)}`;
}
