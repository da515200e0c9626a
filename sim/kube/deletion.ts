import { type Clock, rfc3339 } from '../core/clock.ts';
import type { KubeObject, ObjectMeta, Pod } from './objects.ts';

/** What a delete request comes to: the object as it is marked (if it is marked at all), and whether it goes at once. */
export interface Deletion {
  marked: KubeObject | undefined;
  gone: boolean;
}

/**
 * Models kubernetes v1.34 apiserver registry/rest/delete.go BeforeDelete, registry/generic/registry/store.go Delete and
 * pkg/registry/core/pod/strategy.go CheckGracefulDelete. `requested`: gracePeriodSeconds of the request, if given.
 */
export function deletion(object: KubeObject, requested: number | undefined, clock: Clock): Deletion {
  const before = object.metadata;
  if (before.deletionTimestamp !== undefined) return again(object, requested);
  const grace = object.kind === 'Pod' ? podGrace(object as unknown as Pod, requested) : undefined;
  const held = (before.finalizers ?? []).length > 0;
  if (grace === undefined && !held) return { marked: undefined, gone: true };
  const marked = mark(object, rfc3339(clock, clock.now() + (grace ?? 0) * 1000), grace ?? 0);
  return { marked, gone: (grace ?? 0) === 0 && !held };
}

/** A second delete may shorten the grace, never lengthen it; the time counts from the first one. */
function again(object: KubeObject, requested: number | undefined): Deletion {
  const before = object.metadata;
  const held = (before.finalizers ?? []).length > 0;
  const current = before.deletionGracePeriodSeconds ?? 0;
  if (current === 0) return { marked: undefined, gone: !held };
  if (requested === undefined || requested >= current) return { marked: undefined, gone: false };
  const since = Date.parse(String(before.deletionTimestamp)) - current * 1000;
  const timestamp = new Date(since + requested * 1000).toISOString().replace('.000Z', 'Z');
  const metadata = { ...before, deletionTimestamp: timestamp, deletionGracePeriodSeconds: requested };
  return { marked: { ...object, metadata }, gone: requested === 0 && !held };
}

function mark(object: KubeObject, deletionTimestamp: string, deletionGracePeriodSeconds: number): KubeObject {
  const before = object.metadata;
  const generation = before.generation === undefined ? {} : { generation: before.generation + 1 };
  return { ...object, metadata: { ...before, deletionTimestamp, deletionGracePeriodSeconds, ...generation } };
}

function podGrace(pod: Pod, requested: number | undefined): number {
  const phase = pod.status?.phase;
  if (pod.spec.nodeName === undefined || phase === 'Failed' || phase === 'Succeeded') return 0;
  const grace = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  // A negative grace counts as 1.
  return grace < 0 ? 1 : grace;
}

/** True if a marked object has nothing left to wait for: an update has taken its last finalizer. */
export function isReleased(metadata: ObjectMeta): boolean {
  const waits = (metadata.finalizers ?? []).length > 0 || (metadata.deletionGracePeriodSeconds ?? 0) > 0;
  return metadata.deletionTimestamp !== undefined && !waits;
}
