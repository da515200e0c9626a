import type { ObjectMeta, OwnerReference } from '../kube/objects.ts';

interface Owned {
  metadata: ObjectMeta;
}

/** The owner that manages the object, if it has one. Models metav1.GetControllerOf. */
export function controllerOf(object: Owned): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** Models metav1.NewControllerRef. */
export function controllerRef(owner: { apiVersion: string; kind: string; metadata: ObjectMeta }): OwnerReference {
  const { apiVersion, kind } = owner;
  const { name, uid } = owner.metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What to do with an object that a controller finds. Models kubernetes v1.34 pkg/controller/controller_ref_manager.go ClaimObject. */
export function claim(owner: Owned, object: Owned, matches: boolean): 'keep' | 'adopt' | 'release' | 'ignore' {
  const ref = controllerOf(object);
  if (ref !== undefined) {
    if (ref.uid !== owner.metadata.uid) return 'ignore';
    return matches ? 'keep' : owner.metadata.deletionTimestamp === undefined ? 'release' : 'ignore';
  }
  if (!matches || owner.metadata.deletionTimestamp !== undefined) return 'ignore';
  return object.metadata.deletionTimestamp === undefined ? 'adopt' : 'ignore';
}

/** The metadata after adoption by, or release from, the owner. */
export function withController<M extends ObjectMeta>(metadata: M, ref: OwnerReference): M {
  return { ...metadata, ownerReferences: [...(metadata.ownerReferences ?? []), ref] };
}

export function withoutController<M extends ObjectMeta>(metadata: M, uid: string): M {
  const rest = (metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  const { ownerReferences: _, ...others } = metadata;
  return (rest.length === 0 ? others : { ...metadata, ownerReferences: rest }) as M;
}
