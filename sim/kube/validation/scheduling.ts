import type { Fields } from '../defaulting/pod-spec.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateLabelSelector } from './label-selector.ts';
import { checkName, labelValue, qualifiedName } from './names.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];
const INCLUSIONS = ['Honor', 'Ignore'];

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateTolerations. */
export function validateTolerations(tolerations: readonly Fields[], path: string): FieldError[] {
  return tolerations.flatMap((toleration, i) => {
    const field = `${path}[${i}]`;
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const errors = key === '' ? [] : checkName(qualifiedName, key, `${field}.key`);
    if (key === '' && operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${field}.operator`, operator, detail));
    }
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    errors.push(...validateOperator(operator, value, `${field}.operator`));
    if (effect !== '' && !EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
    return errors;
  });
}

function validateOperator(operator: string, value: string, field: string): FieldError[] {
  if (operator === 'Exists') {
    return value === '' ? [] : [invalid(field, value, "value must be empty when `operator` is 'Exists'")];
  }
  if (operator !== 'Equal' && operator !== '') return [notSupported(field, operator, ['Equal', 'Exists'])];
  const problems = labelValue(value);
  return problems.length === 0 ? [] : [invalid(field, value, problems.join(';'))];
}

/** Models validateTopologySpreadConstraints. */
export function validateSpread(constraints: readonly Fields[], path: string): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const field = `${path}[${i}]`;
    const { topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    const errors = positive(constraint.maxSkew ?? 0, `${field}.maxSkew`);
    if (topologyKey === '') errors.push(required(`${field}.topologyKey`, 'can not be empty'));
    errors.push(...oneOf(whenUnsatisfiable, `${field}.whenUnsatisfiable`, UNSATISFIABLE));
    const again = constraints
      .slice(i + 1)
      .some(
        (other) => (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable,
      );
    if (again) {
      const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
      errors.push(duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, pair));
    }
    if (minDomains !== undefined) {
      errors.push(...positive(minDomains, `${field}.minDomains`));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${field}.minDomains`, minDomains, detail));
      }
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      if (constraint[name] !== undefined) errors.push(...oneOf(constraint[name], `${field}.${name}`, INCLUSIONS));
    }
    return [
      ...errors,
      ...validateKeys(constraint, `${field}.matchLabelKeys`),
      ...validateLabelSelector(constraint.labelSelector, `${field}.labelSelector`),
    ];
  });
}

function validateKeys(constraint: Fields, field: string): FieldError[] {
  const keys = (constraint.matchLabelKeys ?? []) as string[];
  if (keys.length === 0) return [];
  if (constraint.labelSelector === undefined) {
    return [forbidden(field, 'must not be specified when labelSelector is not set')];
  }
  return keys.flatMap((key, i) => checkName(qualifiedName, key, `${field}[${i}]`));
}

function positive(value: number, field: string): FieldError[] {
  return value > 0 ? [] : [invalid(field, value, 'must be greater than zero')];
}

function oneOf(value: string, field: string, allowed: readonly string[]): FieldError[] {
  return allowed.includes(value) ? [] : [notSupported(field, value, allowed)];
}

/** Models validateSchedulingGates. */
export function validateSchedulingGates(gates: readonly Fields[], path: string): FieldError[] {
  return gates.flatMap(({ name = '' }, i) => {
    const errors = checkName(qualifiedName, name, `${path}[${i}]`);
    const again = gates.slice(0, i).some((other) => (other.name ?? '') === name);
    return again ? [...errors, duplicate(`${path}[${i}]`, name)] : errors;
  });
}
