import { type Kind, type KubeObject, kindOf } from './objects.ts';

/** Objects by kind, namespace and name, in order of creation. */
export class ObjectTable {
  readonly #objects = new Map<string, Map<string, KubeObject>>();

  get(kind: Kind<unknown>, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#collection(kind).get(key(kind.namespaced ? namespace : undefined, name));
  }

  list(kind: Kind<unknown>): KubeObject[] {
    return [...this.#collection(kind).values()];
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

  /** Puts an object where its metadata says, in the place of one that is there. */
  set(kind: Kind<unknown>, object: KubeObject): void {
    this.#collection(kind).set(key(object.metadata.namespace, object.metadata.name), object);
  }

  delete(kind: Kind<unknown>, object: KubeObject): void {
    this.#collection(kind).delete(key(object.metadata.namespace, object.metadata.name));
  }

  /** What has the object of this uid among its owners. */
  ownedBy(uid: string): KubeObject[] {
    const owned: KubeObject[] = [];
    for (const collection of this.#objects.values()) {
      for (const object of collection.values()) {
        if (object.metadata.ownerReferences?.some((owner) => owner.uid === uid)) owned.push(object);
      }
    }
    return owned;
  }

  has(uid: string): boolean {
    for (const collection of this.#objects.values()) {
      for (const object of collection.values()) if (object.metadata.uid === uid) return true;
    }
    return false;
  }

  #collection(kind: Kind<unknown>): Map<string, KubeObject> {
    const id = groupKind(kind);
    let collection = this.#objects.get(id);
    if (collection === undefined) {
      collection = new Map();
      this.#objects.set(id, collection);
    }
    return collection;
  }
}

/** `apps/Deployment`, `/Pod`: the same for every version of a kind. */
export function groupKind(kind: Kind<unknown>): string {
  const group = kind.apiVersion.includes('/') ? kind.apiVersion.slice(0, kind.apiVersion.indexOf('/')) : '';
  return `${group}/${kind.kind}`;
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
