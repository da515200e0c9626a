import { evaluate } from './arithmetic.ts';
import type { Wait } from './shell-system.ts';
import { type List, type Part, ShellSyntaxError, type Word } from './syntax.ts';

/** What expansion needs of the shell. */
export interface ExpansionScope {
  variable(name: string): string | undefined;
  assign(name: string, value: string): void;
  /** `$@`, `$*` */
  readonly positional: readonly string[];
  /** The output of a command substitution, its trailing newlines removed. */
  substitute(list: List): Generator<Wait, string, void>;
}

type Expansion<T> = Generator<Wait, T, void>;

/** A word as one string: no splitting (assignments, redirections, here-documents). */
export function* expandToText(word: Word, scope: ExpansionScope): Expansion<string> {
  let text = '';
  for (const part of word) text += yield* partValue(part, scope);
  return text;
}

/** Words as arguments: unquoted results are split at blanks, `"$@"` gives one argument each. */
export function* expandWords(words: readonly Word[], scope: ExpansionScope): Expansion<string[]> {
  const result: string[] = [];
  for (const word of words) {
    const first = word[0];
    // Most words are plain text.
    if (word.length === 1 && first?.type === 'text') result.push(first.text);
    else if (word.length === 1 && first?.type === 'variable' && first.name === '@' && first.quoted)
      result.push(...scope.positional);
    else result.push(...(yield* expandSplit(word, scope)));
  }
  return result;
}

function* expandSplit(word: Word, scope: ExpansionScope): Expansion<string[]> {
  const fields: string[] = [];
  let current: string | undefined;
  for (const part of word) {
    const value = yield* partValue(part, scope);
    if (part.quoted || part.type === 'text') {
      current = (current ?? '') + value;
      continue;
    }
    const pieces = value.split(/[ \t\n]+/);
    for (const [i, piece] of pieces.entries()) {
      if (i > 0 && current !== undefined) {
        fields.push(current);
        current = undefined;
      }
      if (piece !== '') current = (current ?? '') + piece;
    }
  }
  if (current !== undefined) fields.push(current);
  return fields;
}

function* partValue(part: Part, scope: ExpansionScope): Expansion<string> {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'command':
      return yield* scope.substitute(part.list);
    case 'arithmetic': {
      const text = yield* expandToText(part.expression, scope);
      return String(evaluate(text, (name) => scope.variable(name)));
    }
    case 'variable':
      return yield* variableValue(part, scope);
  }
}

function* variableValue(part: Extract<Part, { type: 'variable' }>, scope: ExpansionScope): Expansion<string> {
  const value = scope.variable(part.name);
  const operator = part.operator ?? '';
  if (operator === '') return value ?? '';
  if (operator === 'length') return String((value ?? '').length);
  const word = yield* expandToText(part.argument ?? [], scope);
  const missing = operator.startsWith(':') ? value === undefined || value === '' : value === undefined;
  switch (operator.replace(':', '')) {
    case '-':
      return missing ? word : (value ?? '');
    case '+':
      return missing ? '' : word;
    case '=':
      if (missing) scope.assign(part.name, word);
      return missing ? word : (value ?? '');
    case '?':
      if (missing) throw new ShellSyntaxError(`${part.name}: ${word || 'parameter not set'}`);
      return value ?? '';
    default:
      return trim(value ?? '', operator, word);
  }
}

/** `${name#pattern}` and its kin. */
function trim(value: string, operator: string, pattern: string): string {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const longest = operator.length === 2;
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => (longest ? value.length - i : i));
  const regex = new RegExp(`^${source}$`, 's');
  for (const length of lengths) {
    const piece = operator.startsWith('#') ? value.slice(0, length) : value.slice(value.length - length);
    if (regex.test(piece))
      return operator.startsWith('#') ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}
