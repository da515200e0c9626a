import type { Fields } from './defaulting/pod-spec.ts';
import type { FieldError } from './validation/field-error.ts';
import { dns1123Label, dns1123Subdomain } from './validation/names.ts';
import { validateObjectMeta } from './validation/object-meta.ts';
import { validatePod } from './validation/pod.ts';
import { validateService } from './validation/service.ts';
import { validateDaemonSet, validateDeployment, validateReplicaSet } from './validation/workload.ts';

export type { FieldError, FieldErrorType } from './validation/field-error.ts';
export { validatePod } from './validation/pod.ts';

/** An object as far as error texts name it. */
interface Named {
  apiVersion: string;
  kind: string;
  metadata: { name?: string };
}

/**
 * Every error of an object whose defaults are filled in, in the API server's order and words; empty if it would be
 * stored. An object of a kind that is not known is not looked at.
 */
export function validateObject(object: Named & Fields): FieldError[] {
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'v1/Pod':
      return validatePod(object);
    case 'v1/Service':
      return validateService(object);
    case 'v1/Namespace':
      return validateObjectMeta(object.metadata, dns1123Label, false);
    case 'v1/ConfigMap':
    case 'v1/Secret':
      return validateObjectMeta(object.metadata, dns1123Subdomain, true);
    case 'apps/v1/Deployment':
      return validateDeployment(object);
    case 'apps/v1/DaemonSet':
      return validateDaemonSet(object);
    case 'apps/v1/ReplicaSet':
      return validateReplicaSet(object);
    default:
      return [];
  }
}

/**
 * The API server's message: `Pod "p" is invalid: spec.x: …`, several errors in brackets, `Deployment.apps "d" …`.
 * Models kubernetes v1.34 apimachinery pkg/api/errors NewInvalid.
 */
export function invalidMessage(object: Named, errors: readonly FieldError[]): string {
  const group = object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0]}` : '';
  const texts = distinctTexts(errors);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return `${object.kind}${group} "${object.metadata.name ?? ''}" is invalid: ${all}`;
}

/** The same as kubectl prints it, with its line ends: `The Pod "p" is invalid: …`, several errors as a list. */
export function kubectlInvalidMessage(object: Named, errors: readonly FieldError[]): string {
  const texts = distinctTexts(errors);
  const head = `The ${object.kind} "${object.metadata.name ?? ''}" is invalid: `;
  if (texts.length === 1) return `${head}${texts[0]}\n`;
  return `${head}\n${texts.map((text) => `* ${text}\n`).join('')}`;
}

function distinctTexts(errors: readonly FieldError[]): string[] {
  return [...new Set(errors.map((error) => error.text))];
}
