import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, forbidden, invalid, required } from './field-error.ts';
import { checkName, labelValue, qualifiedName } from './names.ts';
import { validateLabels } from './object-meta.ts';

/** Models kubernetes v1.34 apimachinery pkg/apis/meta/v1/validation ValidateLabelSelector. */
export function validateLabelSelector(selector: Fields | undefined, field: string): FieldError[] {
  if (selector === undefined) return [];
  const expressions = (selector.matchExpressions ?? []) as Fields[];
  return [
    ...validateLabels(selector.matchLabels, `${field}.matchLabels`),
    ...expressions.flatMap((expression, i) => validateExpression(expression, `${field}.matchExpressions[${i}]`)),
  ];
}

function validateExpression(expression: Fields, field: string): FieldError[] {
  const { key = '', operator = '' } = expression;
  const values = (expression.values ?? []) as string[];
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be specified when `operator` is 'In' or 'NotIn'";
    if (values.length === 0) errors.push(required(`${field}.values`, detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (values.length > 0) errors.push(forbidden(`${field}.values`, detail));
  } else {
    errors.push(invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  }
  errors.push(...checkName(qualifiedName, key, `${field}.key`));
  return [...errors, ...values.flatMap((value, i) => checkName(labelValue, value, `${field}.values[${i}]`))];
}

/** A selector with its fields in the order of the API's type, as errors show it. */
export function shownSelector({ matchLabels, matchExpressions }: Fields): Fields {
  return {
    ...(matchLabels === undefined ? {} : { matchLabels }),
    ...(matchExpressions === undefined
      ? {}
      : {
          matchExpressions: (matchExpressions as Fields[]).map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values === undefined ? {} : { values }),
          })),
        }),
  };
}
