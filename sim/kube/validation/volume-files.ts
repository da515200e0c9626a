import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, forbidden, invalid, required } from './field-error.ts';
import { nonReservedPath } from './paths.ts';
import { FILE_FIELDS, validateFieldRef, validateResourceFieldRef } from './references.ts';

const MAX_MODE = 0o777;
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

export function fileMode(mode: number | undefined, field: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= MAX_MODE)) return [];
  return [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

/** Models kubernetes v1.34 pkg/apis/core/validation validateKeyToPath. */
export function validateKeyToPath(item: Fields, field: string): FieldError[] {
  return [
    ...(item.key ? [] : [required(`${field}.key`)]),
    ...filePath(item.path, `${field}.path`),
    ...fileMode(item.mode, `${field}.mode`),
  ];
}

function filePath(path: string | undefined, field: string): FieldError[] {
  return path ? nonReservedPath(path, field) : [required(field)];
}

/** A file of the pod's own fields; errors name the whole source. Models validateDownwardAPIVolumeFile. */
export function validateFile(file: Fields, field: string): FieldError[] {
  const errors = filePath(file.path, `${field}.path`);
  if (file.fieldRef !== undefined) {
    errors.push(...validateFieldRef(file.fieldRef, `${field}.fieldRef`, FILE_FIELDS));
    if (file.resourceFieldRef !== undefined) {
      errors.push(invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, `${field}.resourceFieldRef`, true));
  } else {
    errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...fileMode(file.mode, `${field}.mode`)];
}

/** Models validateProjectedVolumeSource; trust bundles and pod certificates are not looked at. */
export function validateProjected(source: Fields, field: string): FieldError[] {
  const errors = fileMode(source.defaultMode, `${field}.defaultMode`);
  const taken = new Set<string>();
  const claim = (path: string | undefined, owner: string) => {
    if (!path) return;
    if (taken.has(path)) errors.push(invalid(field, owner, 'conflicting duplicate paths'));
    taken.add(path);
  };
  for (const [i, projection] of ((source.sources ?? []) as Fields[]).entries()) {
    const path = `${field}.sources[${i}]`;
    for (const name of ['secret', 'configMap']) {
      const keys = projection[name] as Fields | undefined;
      if (keys === undefined) continue;
      if (!keys.name) errors.push(required(`${path}.${name}.name`));
      for (const [j, item] of ((keys.items ?? []) as Fields[]).entries()) {
        errors.push(...validateKeyToPath(item, `${path}.${name}.items[${j}]`));
        claim(item.path, keys.name ?? '');
      }
    }
    for (const file of (projection.downwardAPI?.items ?? []) as Fields[]) {
      errors.push(...validateFile(file, `${path}.downwardAPI`));
      claim(file.path, file.path);
    }
    if (projection.serviceAccountToken !== undefined) {
      errors.push(...validateToken(projection.serviceAccountToken, path, field));
    }
    if (Object.keys(projection).length > 1) {
      errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
    }
  }
  return errors;
}

function validateToken(token: Fields, path: string, field: string): FieldError[] {
  const seconds = token.expirationSeconds as number;
  const at = `${path}.serviceAccountToken.expirationSeconds`;
  return [
    ...(seconds < MIN_TOKEN_SECONDS ? [invalid(at, seconds, 'may not specify a duration less than 10 minutes')] : []),
    ...(seconds > MAX_TOKEN_SECONDS
      ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
    ...filePath(token.path, `${field}.path`),
  ];
}
