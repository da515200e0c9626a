import { LabError } from '../../../core/errors.ts';
import { unquote } from './unquote.ts';

/** `start` and `end` undefined: from the first, to the last. `only`: an index, no slice. */
export interface Slice {
  start: number | undefined;
  end: number | undefined;
  step: number | undefined;
  only: boolean;
}

export type PathNode =
  | { type: 'text'; text: string }
  | { type: 'literal'; value: number | boolean }
  | { type: 'field'; name: string }
  | { type: 'wildcard' }
  | { type: 'recursive' }
  | { type: 'slice'; slice: Slice }
  | { type: 'union'; paths: readonly Path[] }
  | { type: 'filter'; left: Path; operator: string; right: Path }
  | { type: 'identifier'; name: string };

/** What stands between two braces. */
export type Path = readonly PathNode[];

/** A template's parts in order: text, and what stood in braces. */
export type Template = readonly (string | Path)[];

/**
 * A template of `kubectl get -o jsonpath=`. Models kubernetes v1.34 client-go util/jsonpath/parser.go.
 * @throws LabError USAGE, with kubectl's sentence.
 */
export function parseTemplate(text: string): Template {
  try {
    return new Parser(text).template();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new LabError('USAGE', `error parsing jsonpath ${text}, ${error.message}`);
  }
}

function parsePath(text: string): Path {
  const [path] = new Parser(`{${text}}`).template();
  return path === undefined || typeof path === 'string' ? [] : path;
}

const TERMINATORS = new Set([undefined, ' ', '\t', '\r', '\n', '.', ',', '[', ']', '$', '@', '{', '}']);
const FILTER = /^([^!<>=]+)([!<>=]+)(.+?)$/;
const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;

class Parser {
  readonly #input: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#input = [...text];
  }

  template(): Template {
    const parts: (string | Path)[] = [];
    while (this.#at < this.#input.length) {
      const text = this.#until((char) => char === '{');
      if (text !== '') parts.push(text);
      if (this.#next() === '{') parts.push(this.#path());
    }
    return parts;
  }

  #next(): string | undefined {
    return this.#input[this.#at++];
  }

  #sees(text: string): boolean {
    return this.#input.slice(this.#at, this.#at + text.length).join('') === text;
  }

  /** Takes what stands before the first character that ends it. */
  #until(ends: (char: string | undefined) => boolean): string {
    const start = this.#at;
    while (this.#at < this.#input.length && !ends(this.#input[this.#at])) this.#at++;
    return this.#input.slice(start, this.#at).join('');
  }

  #path(): Path {
    const path: PathNode[] = [];
    while (!this.#sees('}')) {
      if (this.#sees('[?(')) path.push(this.#filter());
      else if (this.#sees('..')) path.push(...this.#recursive(path.at(-1)));
      else path.push(...this.#node());
    }
    this.#at++;
    return path;
  }

  #node(): readonly PathNode[] {
    const char = this.#next();
    if (char === undefined || char === '\n' || char === '\r') throw new SyntaxError('unclosed action');
    // A blank says nothing, and the object at hand is meant anyway.
    if (char === ' ' || char === '@' || char === '$') return [];
    if (char === '[') return this.#array();
    if (char === '"' || char === "'") return [{ type: 'text', text: this.#quoted(char) }];
    if (char === '.') return [this.#field()];
    this.#at--;
    if (/[+\-\d]/.test(char)) return [{ type: 'literal', value: this.#number() }];
    if (/[\p{L}\p{Nd}_]/u.test(char)) return [this.#identifier()];
    throw new SyntaxError(`unrecognized character in action: ${codePoint(char)}`);
  }

  #field(): PathNode {
    let name = '';
    while (!TERMINATORS.has(this.#input[this.#at])) {
      const char = this.#next();
      name += char === '\\' ? (this.#next() ?? '') : char;
    }
    return name === '*' ? { type: 'wildcard' } : { type: 'field', name };
  }

  #recursive(before: PathNode | undefined): readonly PathNode[] {
    if (before?.type === 'recursive') throw new SyntaxError('invalid multiple recursive descent');
    this.#at += 2;
    return /^[\p{L}\p{Nd}_]/u.test(this.#input[this.#at] ?? '')
      ? [{ type: 'recursive' }, this.#field()]
      : [{ type: 'recursive' }];
  }

  #identifier(): PathNode {
    const name = this.#until((char) => TERMINATORS.has(char));
    return name === 'true' || name === 'false'
      ? { type: 'literal', value: name === 'true' }
      : { type: 'identifier', name };
  }

  #number(): number {
    const sign = /[+-]/.test(this.#input[this.#at] ?? '') ? this.#next() : '';
    const text = `${sign}${this.#until((char) => !/[\d.]/.test(char ?? ''))}`;
    const value = Number(text);
    if (Number.isNaN(value) || !/\d/.test(text)) throw new SyntaxError(`cannot parse number ${text}`);
    return value;
  }

  #quoted(quote: string): string {
    const start = this.#at - 1;
    for (;;) {
      const char = this.#next();
      if (char === undefined || char === '\n') throw new SyntaxError('unterminated quoted string');
      if (char === quote && this.#input[this.#at - 2] !== '\\') break;
    }
    const raw = this.#input.slice(start, this.#at).join('');
    const text = unquote(raw);
    if (text === undefined) throw new SyntaxError(`unquote string ${raw} error invalid syntax`);
    return text;
  }

  #array(): readonly PathNode[] {
    const text = this.#until((char) => char === ']' || char === '\n');
    if (this.#next() !== ']') throw new SyntaxError('unterminated array');
    const paths = text.split(',');
    if (paths.length > 1)
      return [{ type: 'union', paths: paths.map((one) => parsePath(`[${one.replace(/^ +| +$/g, '')}]`)) }];
    const key = /^'([^']*)'$/.exec(text)?.[1];
    return key === undefined ? [{ type: 'slice', slice: parseSlice(text === '*' ? ':' : text) }] : parsePath(`.${key}`);
  }

  #filter(): PathNode {
    this.#at += 3;
    const start = this.#at;
    // One quoted string may hold brackets.
    let [quote, closed]: [string | undefined, boolean] = [undefined, false];
    for (;;) {
      const char = this.#next();
      if (char === undefined || char === '\n') throw new SyntaxError('unterminated filter');
      if (char === '"' || char === "'") {
        if (quote === undefined) quote = char;
        else if (char === quote && this.#input[this.#at - 2] !== '\\') closed = true;
      } else if (char === ')' && (quote === undefined || closed)) break;
    }
    if (this.#next() !== ']') throw new SyntaxError('unclosed array expect ]');
    const text = this.#input.slice(start, this.#at - 2).join('');
    const [, left, operator, right] = FILTER.exec(text) ?? [];
    if (left === undefined || operator === undefined || right === undefined)
      return { type: 'filter', left: parsePath(text), operator: 'exists', right: [] };
    return { type: 'filter', left: parsePath(left), operator, right: parsePath(right) };
  }
}

function parseSlice(text: string): Slice {
  const found = SLICE.exec(text);
  if (found === null) throw new SyntaxError(`invalid array index ${text}`);
  const [start, end, step] = [found[1], found[2]?.slice(1), found[3]?.slice(1)].map((part) => {
    if (part === undefined || part === '') return undefined;
    if (part === '-') throw new SyntaxError(`array index ${part} is not a number`);
    return Number(part);
  });
  return { start, end, step, only: found[2] === undefined };
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`;
}
