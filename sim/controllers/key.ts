import type { ObjectMeta } from '../kube/objects.ts';

/** `namespace/name`, as controllers name an object in their queues. */
export function keyOf(object: { metadata: ObjectMeta }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
