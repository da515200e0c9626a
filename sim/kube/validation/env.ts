import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { checkName, dns1123Label, dns1123Subdomain, envVarName } from './names.ts';
import { noBacksteps } from './paths.ts';
import { ENV_FIELDS, validateFieldRef, validateKeyRef, validateResourceFieldRef } from './references.ts';

/** In the order in which they are looked at. */
const SOURCES: readonly (readonly [string, (ref: Fields, field: string) => FieldError[]])[] = [
  ['fieldRef', (ref, field) => validateFieldRef(ref, field, ENV_FIELDS)],
  ['resourceFieldRef', (ref, field) => validateResourceFieldRef(ref, field, false)],
  ['configMapKeyRef', validateKeyRef],
  ['secretKeyRef', validateKeyRef],
  ['fileKeyRef', validateFileKeyRef],
];
const ONE_OF = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateEnv. */
export function validateEnv(env: readonly Fields[], path: string): FieldError[] {
  return env.flatMap((variable, i) => {
    const field = `${path}[${i}]`;
    const name = variable.name as string | undefined;
    const errors = name ? checkName(envVarName, name, `${field}.name`) : [required(`${field}.name`)];
    if (variable.valueFrom !== undefined) errors.push(...validateValueFrom(variable, `${field}.valueFrom`));
    return errors;
  });
}

function validateValueFrom(variable: Fields, field: string): FieldError[] {
  const from = variable.valueFrom as Fields;
  const given = SOURCES.filter(([source]) => from[source] !== undefined);
  const errors = given.flatMap(([source, check]) => check(from[source], `${field}.${source}`));
  if (given.length === 0) {
    errors.push(invalid(field, '', ONE_OF));
  } else if (variable.value) {
    errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  } else if (given.length > 1) {
    errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function validateFileKeyRef(ref: Fields, field: string): FieldError[] {
  return [
    ...(ref.key ? checkName(envVarName, String(ref.key), `${field}.key`) : [required(`${field}.key`)]),
    ...(ref.volumeName
      ? checkName(dns1123Label, String(ref.volumeName), `${field}.volumeName`)
      : [required(`${field}.volumeName`)]),
    ...(ref.path ? noBacksteps(String(ref.path), `${field}.path`) : [required(`${field}.path`)]),
  ];
}

/** What is wrong with a source as a whole is said of the list. Models kubernetes v1.34 pkg/apis/core/validation ValidateEnvFrom. */
export function validateEnvFrom(sources: readonly Fields[], path: string): FieldError[] {
  return sources.flatMap((source, i) => {
    const field = `${path}[${i}]`;
    const errors = source.prefix ? checkName(envVarName, source.prefix, `${field}.prefix`) : [];
    const given = ['configMapRef', 'secretRef'].filter((name) => source[name] !== undefined);
    for (const name of given) {
      const ref = source[name].name as string | undefined;
      if (!ref) errors.push(required(`${field}.${name}.name`));
      else errors.push(...checkName(dns1123Subdomain, ref, `${field}.${name}.name`));
    }
    if (given.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
