export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueForbidden'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound';

/** What is wrong with one field, as the API server says it. */
export interface FieldError {
  /** `spec.containers[0].livenessProbe.periodSeconds`. */
  field: string;
  type: FieldErrorType;
  /** The value that is refused; empty where the error is not about a value. */
  badValue: unknown;
  detail: string;
  /** The whole text: `spec.x: Invalid value: -1: must be greater than or equal to 0`. */
  text: string;
}

const NAMES: Record<FieldErrorType, string> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueForbidden: 'Forbidden',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
};

export function required(field: string, detail = ''): FieldError {
  return fieldError('FieldValueRequired', field, '', detail);
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return fieldError('FieldValueInvalid', field, value, detail);
}

export function forbidden(field: string, detail: string): FieldError {
  return fieldError('FieldValueForbidden', field, '', detail);
}

/** `supported` is printed in the order given: the API server sorts some lists and not others. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((word) => JSON.stringify(word)).join(', ');
  return fieldError('FieldValueNotSupported', field, value, `supported values: ${list}`);
}

export function duplicate(field: string, value: unknown): FieldError {
  return fieldError('FieldValueDuplicate', field, value, '');
}

export function notFound(field: string, value: unknown, detail = ''): FieldError {
  return fieldError('FieldValueNotFound', field, value, detail);
}

/** Models kubernetes v1.34 apimachinery pkg/util/validation/field Error.ErrorBody. */
function fieldError(type: FieldErrorType, field: string, badValue: unknown, detail: string): FieldError {
  const withValue = type !== 'FieldValueRequired' && type !== 'FieldValueForbidden';
  const body = withValue ? `${NAMES[type]}: ${goValue(badValue)}` : NAMES[type];
  const text = `${field}: ${body}${detail === '' ? '' : `: ${detail}`}`;
  return { field, type, badValue, detail, text };
}

/** Models how v1.34 prints what is not a plain value: as JSON, a map's keys sorted. */
function goValue(value: unknown): string {
  return JSON.stringify(value ?? null);
}
