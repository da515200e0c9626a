import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';

const BAD_PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** Models kubernetes v1.34 pkg/apis/apps/validation ValidateDeploymentStrategy. */
export function validateDeploymentStrategy(strategy: Fields, field: string): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return [];
    return [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate') return [unknown(strategy, field, ['Recreate', 'RollingUpdate'])];
  const { maxUnavailable, maxSurge } = rollingUpdate as Fields;
  const path = `${field}.rollingUpdate`;
  const errors = [
    ...intOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...intOrPercent(maxSurge, `${path}.maxSurge`),
  ];
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...atMostAll(maxUnavailable, `${path}.maxUnavailable`)];
}

/** Of a DaemonSet. Models ValidateDaemonSetUpdateStrategy. */
export function validateUpdateStrategy(strategy: Fields, field: string): FieldError[] {
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type !== 'RollingUpdate') return [unknown(strategy, field, ['RollingUpdate', 'OnDelete'])];
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate as Fields;
  const path = `${field}.rollingUpdate`;
  const errors = [
    ...intOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...intOrPercent(maxSurge, `${path}.maxSurge`),
    ...atMostAll(maxUnavailable, `${path}.maxUnavailable`),
    ...atMostAll(maxSurge, `${path}.maxSurge`),
  ];
  if (amount(maxUnavailable) !== 0 && amount(maxSurge) !== 0) {
    errors.push(invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

/** The whole strategy is shown, as the API server holds it. */
function unknown({ type, rollingUpdate }: Fields, field: string, known: readonly string[]): FieldError {
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const update = rollingUpdate === undefined ? null : { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge };
  return notSupported(field, { Type: type, RollingUpdate: update }, known);
}

function intOrPercent(value: number | string, field: string): FieldError[] {
  if (typeof value === 'string') return /^\d+%$/.test(value) ? [] : [invalid(field, value, BAD_PERCENT)];
  return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
}

function atMostAll(value: number | string, field: string): FieldError[] {
  const over = typeof value === 'string' && /^\d+%$/.test(value) && amount(value) > 100;
  return over ? [invalid(field, value, 'must not be greater than 100%')] : [];
}

/** The number of pods or of percent; of a text that is neither, none. */
function amount(value: number | string): number {
  if (typeof value === 'number') return value;
  return /^[+-]?\d+%?$/.test(value) ? Number.parseInt(value, 10) : 0;
}
