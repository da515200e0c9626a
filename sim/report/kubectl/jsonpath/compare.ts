import { type GoValue, kindOf } from './go-value.ts';

/**
 * Compares as filters do: like with like only. Models kubernetes v1.34 client-go
 * third_party/forked/golang/template/funcs.go.
 */
export function compare(left: GoValue, operator: string, right: GoValue): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return less(left, right);
    case '<=':
      return less(left, right) || equal(left, right);
    case '>':
      return !(less(left, right) || equal(left, right));
    case '>=':
      return !less(left, right);
    default:
      throw new RangeError(`unrecognized filter operator ${operator}`);
  }
}

function equal(left: GoValue, right: GoValue): boolean {
  sameKind(left, right);
  return left === right;
}

function less(left: GoValue, right: GoValue): boolean {
  if (sameKind(left, right) === 'bool') throw new RangeError('invalid type for comparison');
  return (left as number) < (right as number);
}

function sameKind(left: GoValue, right: GoValue): string {
  const kinds = [kindOf(left), kindOf(right)];
  if (kinds.some((kind) => kind === 'map' || kind === 'slice' || kind === 'invalid'))
    throw new RangeError('invalid type for comparison');
  if (kinds[0] !== kinds[1]) throw new RangeError('incompatible types for comparison');
  return kinds[0] ?? '';
}
