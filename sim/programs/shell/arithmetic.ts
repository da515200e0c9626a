import { ShellSyntaxError } from './syntax.ts';

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** The value of an arithmetic expression; names are looked up, an unset one is 0. */
export function evaluate(text: string, lookup: (name: string) => string | undefined): number {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%()<>!~&|^?:]/g) ?? [];
  let at = 0;
  const primary = (): number => {
    const token = tokens[at++];
    if (token === undefined) throw new ShellSyntaxError('arithmetic syntax error');
    if (token === '(') {
      const value = level(0);
      if (tokens[at++] !== ')') throw new ShellSyntaxError('arithmetic syntax error');
      return value;
    }
    if (token === '-') return -primary();
    if (token === '+') return primary();
    if (token === '!') return primary() === 0 ? 1 : 0;
    if (token === '~') return ~primary();
    if (/^\d/.test(token)) return Number.parseInt(token, 10);
    if (/^[A-Za-z_]/.test(token)) return Number.parseInt(lookup(token) || '0', 10) || 0;
    throw new ShellSyntaxError('arithmetic syntax error');
  };
  const level = (depth: number): number => {
    const operators = LEVELS[depth];
    if (operators === undefined) return primary();
    let left = level(depth + 1);
    while (operators.includes(tokens[at] ?? '')) {
      const operator = tokens[at++] ?? '';
      left = apply(operator, left, level(depth + 1));
    }
    return left;
  };
  if (tokens.length === 0) return 0;
  const value = level(0);
  if (at < tokens.length) throw new ShellSyntaxError('arithmetic syntax error');
  return value;
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
    case '%':
      if (right === 0) throw new ShellSyntaxError('divide by zero');
      return operator === '/' ? Math.trunc(left / right) : left % right;
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    default:
      return compare(operator, left, right) ? 1 : 0;
  }
}

function compare(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '&&':
      return left !== 0 && right !== 0;
    default:
      return left !== 0 || right !== 0;
  }
}
