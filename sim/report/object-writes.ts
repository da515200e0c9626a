import type { StampedFact } from '../kube/fact.ts';
import type { KubeObject } from '../kube/objects.ts';

/** One write to the API of a run, as a watch would have seen it. */
export interface ObjectWrite {
  /** Run time in ms. */
  at: number;
  op: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it was from then on; of a deletion: as it was last. */
  object: KubeObject;
}

/** The writes among facts, in order. */
export function objectWrites(facts: readonly StampedFact[]): ObjectWrite[] {
  return facts.filter((fact) => fact.kind === 'object').map(({ at, op, object }) => ({ at, op, object }));
}

/** What the API held after some writes. */
export function objectsAfter(writes: readonly ObjectWrite[]): KubeObject[] {
  const objects = new Map<string, KubeObject>();
  for (const { op, object } of writes) {
    const { kind, metadata } = object;
    const key = `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
    if (op === 'DELETED') objects.delete(key);
    else objects.set(key, object);
  }
  return [...objects.values()];
}
