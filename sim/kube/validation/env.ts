import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { checkName, dns1123Subdomain, envVarName } from './names.ts';

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'];

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
  const given = SOURCES.filter((source) => from[source] !== undefined);
  const errors: FieldError[] = [];
  for (const source of ['configMapKeyRef', 'secretKeyRef']) {
    if (from[source] !== undefined && !from[source].key) errors.push(required(`${field}.${source}.key`));
  }
  if (from.fieldRef !== undefined && !from.fieldRef.fieldPath) {
    errors.push(required(`${field}.fieldRef.fieldPath`));
  }
  if (given.length === 0) {
    errors.push(
      invalid(
        field,
        '',
        `must specify one of: ${SOURCES.map((name) => `\`${name}\``)
          .join(', ')
          .replace(/, (`secretKeyRef`)$/, ' or $1')}`,
      ),
    );
  } else if (variable.value) {
    errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  } else if (given.length > 1) {
    errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateEnvFrom. */
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
    if (given.length === 0) errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given.length > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
