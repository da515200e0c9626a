import { deepEqual } from '../kube/deep-equal.ts';
import type { PodTemplateSpec } from '../kube/objects.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A short hash of a template, the same for the same content. Kubernetes hashes a dump of its Go structs, which cannot be had
 * here: the values differ, the alphabet and the kind of length do not.
 * Models kubernetes v1.34 pkg/controller/controller_utils.go ComputeHash.
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount = 0): string {
  let hash = 0x811c9dc5;
  const text = `${canonical(template)}${collisionCount > 0 ? collisionCount : ''}`;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  const digits = String(hash >>> 0);
  return Array.from(digits, (digit) => SAFE[digit.charCodeAt(0) % SAFE.length]).join('');
}

/** True if two templates are the same but for the hash label. Models deployment_util.go EqualIgnoreHash. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return deepEqual(withoutHash(a), withoutHash(b));
}

/** Without the label that a deployment's sets carry. */
export function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
