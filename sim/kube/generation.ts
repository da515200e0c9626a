import { deepEqual } from './deep-equal.ts';
import type { KubeObject } from './objects.ts';

/** Kinds of the core group that the API server keeps no generation for. */
const WITHOUT = new Set([
  'Service',
  'Endpoints',
  'Namespace',
  'ConfigMap',
  'Secret',
  'Event',
  'ServiceAccount',
  'Node',
]);

/** The generation of a new object; undefined for kinds that have none. */
export function firstGeneration(object: { apiVersion: string; kind: string }): number | undefined {
  return object.apiVersion === 'v1' && WITHOUT.has(object.kind) ? undefined : 1;
}

/**
 * The generation after an update: raised if what is wanted changed.
 * Models the PrepareForUpdate of kubernetes v1.34 pkg/registry: a deployment counts its annotations as well, an EndpointSlice
 * everything but its metadata.
 */
export function nextGeneration(current: KubeObject, next: KubeObject): number | undefined {
  const { generation } = current.metadata;
  if (generation === undefined) return undefined;
  return isChanged(current, next) ? generation + 1 : generation;
}

function isChanged(current: KubeObject, next: KubeObject): boolean {
  if (current.kind === 'EndpointSlice') {
    return ['endpoints', 'ports', 'addressType'].some((field) => !deepEqual(current[field], next[field]));
  }
  if (!deepEqual(current.spec, next.spec)) return true;
  return current.kind === 'Deployment' && !deepEqual(current.metadata.annotations, next.metadata.annotations);
}
