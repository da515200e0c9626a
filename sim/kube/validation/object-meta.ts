import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { checkName, dns1123Label, labelValue, type NameCheck, qualifiedName } from './names.ts';

const ANNOTATIONS_LIMIT = 256 * 1024;

/** Models kubernetes v1.34 apimachinery pkg/api/validation/objectmeta.go ValidateObjectMeta. */
export function validateObjectMeta(meta: Fields, nameCheck: NameCheck, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const generateName = meta.generateName as string | undefined;
  if (generateName) errors.push(...checkName(nameCheck, generateName.replace(/-$/, 'a'), 'metadata.generateName'));
  if (meta.name) errors.push(...checkName(nameCheck, String(meta.name), 'metadata.name'));
  else if (!generateName) errors.push(required('metadata.name', 'name or generateName is required'));
  if (namespaced) {
    if (meta.namespace) errors.push(...checkName(dns1123Label, String(meta.namespace), 'metadata.namespace'));
    else errors.push(required('metadata.namespace'));
  }
  errors.push(...validateLabels(meta.labels, 'metadata.labels'));
  errors.push(...validateAnnotations(meta.annotations, 'metadata.annotations'));
  return errors;
}

export function validateLabels(labels: unknown, field: string): FieldError[] {
  const entries = Object.entries((labels ?? {}) as Record<string, string>);
  return entries.flatMap(([key, value]) => [
    ...checkName(qualifiedName, key, field),
    ...checkName(labelValue, String(value), field),
  ]);
}

export function validateAnnotations(annotations: unknown, field: string): FieldError[] {
  const entries = Object.entries((annotations ?? {}) as Record<string, string>);
  const errors = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((problem) => invalid(field, key, problem)),
  );
  let size = 0;
  for (const [key, value] of entries) size += key.length + value.length;
  if (size > ANNOTATIONS_LIMIT) {
    errors.push({
      field,
      type: 'FieldValueInvalid',
      badValue: '',
      detail: `must have at most ${ANNOTATIONS_LIMIT} bytes`,
      text: `${field}: Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`,
    });
  }
  return errors;
}
