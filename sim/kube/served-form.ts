import type { KubeObject } from './objects.ts';

type Fields = Record<string, unknown>;

/**
 * An object as the API server sends it: with the fields that Go's types write even when they are empty.
 * Models kubernetes v1.34 api/core/v1/types.go (times without a pointer), discovery/v1/types.go (lists without omitempty).
 */
export function servedForm(object: KubeObject): KubeObject {
  const { kind, status } = object as { kind: string; status?: Fields };
  if (kind === 'EndpointSlice')
    return { ...object, endpoints: listOrNull(object, 'endpoints'), ports: listOrNull(object, 'ports') };
  if (kind === 'Service') return { ...object, status: { loadBalancer: {}, ...status } };
  const conditions = status?.['conditions'] as Fields[] | undefined;
  if (kind !== 'Pod' || conditions === undefined) return object;
  const times = { lastProbeTime: null, lastTransitionTime: null };
  return { ...object, status: { ...status, conditions: conditions.map((condition) => ({ ...times, ...condition })) } };
}

/** A list without items is stored as none. */
function listOrNull(object: KubeObject, field: string): unknown {
  const list = (object as unknown as Record<string, unknown[] | undefined>)[field];
  return list === undefined || list.length === 0 ? null : list;
}
