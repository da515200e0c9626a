import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { checkName, dns1123Label, labelValue, type NameCheck, qualifiedName } from './names.ts';

const ANNOTATIONS_LIMIT = 256 * 1024;

/** Models kubernetes v1.34 apimachinery pkg/api/validation/objectmeta.go ValidateObjectMeta. */
export function validateObjectMeta(meta: Fields, nameCheck: NameCheck, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const generateName = meta.generateName as string | undefined;
  if (generateName) {
    const example = generateName.replace(/.-$/, 'a');
    errors.push(...nameCheck(example).map((problem) => invalid('metadata.generateName', generateName, problem)));
  }
  if (meta.name) errors.push(...checkName(nameCheck, String(meta.name), 'metadata.name'));
  else if (!generateName) errors.push(required('metadata.name', 'name or generateName is required'));
  if (namespaced) {
    if (meta.namespace) errors.push(...checkName(dns1123Label, String(meta.namespace), 'metadata.namespace'));
    else errors.push(required('metadata.namespace'));
  }
  errors.push(...validateLabels(meta.labels, 'metadata.labels'));
  errors.push(...validateAnnotations(meta.annotations, 'metadata.annotations'));
  errors.push(...validateOwners(meta.ownerReferences ?? [], 'metadata.ownerReferences'));
  errors.push(...validateFinalizers(meta.finalizers ?? [], 'metadata.finalizers'));
  return errors;
}

/** Models ValidateOwnerReferences: errors name the list, not its item. */
function validateOwners(owners: readonly Fields[], field: string): FieldError[] {
  let controller: string | undefined;
  return owners.flatMap((owner) => {
    const version = String(owner.apiVersion ?? '')
      .split('/')
      .at(-1);
    const errors =
      version === '' ? [invalid(`${field}.apiVersion`, owner.apiVersion, 'version must not be empty')] : [];
    for (const name of ['kind', 'name', 'uid']) {
      if (!owner[name]) errors.push(invalid(`${field}.${name}`, '', 'must not be empty'));
    }
    if (owner.controller !== true) return errors;
    const named = `${owner.kind}/${owner.name}`;
    if (controller !== undefined) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${named}`;
      errors.push(invalid(field, owners, detail));
    }
    controller ??= named;
    return errors;
  });
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Models ValidateFinalizers and, in pkg/apis/core/validation, validateKubeFinalizerName. */
function validateFinalizers(names: readonly string[], field: string): FieldError[] {
  const plain = (name: string) => !name.includes('/') && !STANDARD_FINALIZERS.includes(name);
  const detail = 'name is neither a standard finalizer name nor is it fully qualified';
  return [
    ...names.flatMap((name) => checkName(qualifiedName, name, field)),
    ...names.flatMap((name, i) => (plain(name) ? [invalid(`${field}[${i}]`, name, detail)] : [])),
  ];
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
