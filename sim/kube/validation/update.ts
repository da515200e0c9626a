import { deepEqual } from '../deep-equal.ts';
import type { KubeObject } from '../objects.ts';
import { type FieldError, invalid } from './field-error.ts';
import { shownSelector } from './label-selector.ts';

const WORKLOADS = new Set(['Deployment', 'ReplicaSet', 'DaemonSet']);

/**
 * What an update must not change, besides what a pod must not.
 * Models kubernetes v1.34 pkg/registry/apps deployment/strategy.go ValidateUpdate (and those of the other workloads).
 */
export function validateUpdate(current: KubeObject, next: KubeObject): FieldError[] {
  if (!WORKLOADS.has(current.kind)) return [];
  const [before, after] = [current, next].map((object) => (object as { spec?: { selector?: object } }).spec?.selector);
  return deepEqual(before, after) ? [] : [invalid('spec.selector', shownSelector(after ?? {}), 'field is immutable')];
}
