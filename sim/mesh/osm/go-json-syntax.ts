import { GoJsonError, JsonNumber } from './go-json-values.ts';

const WHITESPACE = ' \t\r\n';
const END = 'unexpected end of JSON input';
/** Go allows 10,000; fewer levels keep within a JavaScript stack. */
const MAX_DEPTH = 2000;

/** JSON.parse of ECMAScript 2026: the reviver sees how a primitive is written. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

/**
 * The value of a JSON text; a number that would not be written back as it stands is a JsonNumber. Throws GoJsonError with the text Go's encoding/json gives for a syntax error.
 * Models Go 1.26 encoding/json scanner.go.
 */
export function parseGoJson(text: string): unknown {
  new Scanner(text).check();
  return (JSON.parse as ParseWithSource)(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value) ? new JsonNumber(source) : value,
  );
}

/** Walks the text as Go's scanner does, only to find its first error. */
class Scanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  check(): void {
    this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  #value(): void {
    this.#space();
    const first = this.#peek();
    if (first === '{' || first === '[') {
      if (++this.#depth > MAX_DEPTH) throw new GoJsonError('exceeded max depth');
      if (first === '{') this.#object();
      else this.#array();
      this.#depth--;
    } else if (first === '"') this.#string();
    else if (first === '-' || isDigit(first)) this.#number();
    else if (first === 't') this.#literal('true');
    else if (first === 'f') this.#literal('false');
    else if (first === 'n') this.#literal('null');
    else this.#fail('looking for beginning of value');
  }

  #object(): void {
    this.#at++;
    this.#space();
    if (this.#accept('}')) return;
    for (;;) {
      this.#space();
      if (this.#peek() !== '"') this.#fail('looking for beginning of object key string');
      this.#string();
      this.#space();
      if (!this.#accept(':')) this.#fail('after object key');
      this.#value();
      this.#space();
      if (this.#accept('}')) return;
      if (!this.#accept(',')) this.#fail('after object key:value pair');
    }
  }

  #array(): void {
    this.#at++;
    this.#space();
    if (this.#accept(']')) return;
    for (;;) {
      this.#value();
      this.#space();
      if (this.#accept(']')) return;
      if (!this.#accept(',')) this.#fail('after array element');
    }
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const next = this.#peek();
      if (next < ' ') this.#fail('in string literal');
      this.#at++;
      if (next === '"') return;
      if (next === '\\') this.#escape();
    }
  }

  #escape(): void {
    const code = this.#peekInToken();
    if (!'bfnrt\\/"u'.includes(code)) this.#failInToken('in string escape code');
    this.#at++;
    if (code !== 'u') return;
    for (let digit = 0; digit < 4; digit++) {
      if (!/^[0-9a-fA-F]$/.test(this.#peekInToken())) this.#failInToken('in \\u hexadecimal character escape');
      this.#at++;
    }
  }

  #number(): void {
    if (this.#accept('-') && !isDigit(this.#peekInToken())) this.#failInToken('in numeric literal');
    if (!this.#accept('0')) this.#digits();
    if (this.#accept('.')) {
      if (!isDigit(this.#peekInToken())) this.#failInToken('after decimal point in numeric literal');
      this.#digits();
    }
    if (this.#accept('e') || this.#accept('E')) {
      if (!this.#accept('+')) this.#accept('-');
      if (!isDigit(this.#peekInToken())) this.#failInToken('in exponent of numeric literal');
      this.#digits();
    }
  }

  #digits(): void {
    while (isDigit(this.#text[this.#at] ?? '')) this.#at++;
  }

  #literal(word: string): void {
    for (let i = 1; i < word.length; i++) {
      this.#at++;
      if (this.#peekInToken() !== word[i]) this.#failInToken(`in literal ${word} (expecting '${word[i]}')`);
    }
    this.#at++;
  }

  #space(): void {
    while (this.#at < this.#text.length && WHITESPACE.includes(this.#text[this.#at] ?? '')) this.#at++;
  }

  #accept(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #peek(): string {
    const next = this.#text[this.#at];
    if (next === undefined) throw new GoJsonError(END);
    return next;
  }

  /** At the end of the text Go's scanner takes one more blank, which inside a token is an error of its own. */
  #peekInToken(): string {
    return this.#text[this.#at] ?? ' ';
  }

  #fail(context: string): never {
    this.#peek();
    this.#failInToken(context);
  }

  #failInToken(context: string): never {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 32);
    throw new GoJsonError(`invalid character ${quoted(character)} ${context}`);
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

/** Go sees bytes: of a character beyond ASCII it names the first one. */
function quoted(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const named = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
    '\x07': '\\a',
  }[character];
  if (named !== undefined) return `'${named}'`;
  const byte = new TextEncoder().encode(character)[0] ?? 0;
  if (byte < 32 || (byte >= 127 && byte < 161) || byte === 173)
    return `'\\${byte < 128 ? 'x' : 'u00'}${byte.toString(16).padStart(2, '0')}'`;
  return `'${String.fromCharCode(byte)}'`;
}
