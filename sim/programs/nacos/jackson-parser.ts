/** Thrown with Jackson's text and the place it names; `because`: the text of the error that it wraps. */
export class JacksonError extends Error {
  /** A complaint about a value that was read, not about the text. */
  readonly ofValue: boolean;
  readonly because: string | undefined;

  constructor(message: string, { ofValue = false, because }: { ofValue?: boolean; because?: string | undefined } = {}) {
    super(message);
    this.ofValue = ofValue;
    this.because = because;
  }
}

/** The first look at a value: where it stands and, but for strings, objects and arrays, what it is. */
export interface JacksonToken {
  kind: 'string' | 'int' | 'float' | 'true' | 'false' | 'null' | 'object' | 'array';
  at: number;
  /** As written; empty for strings, objects and arrays, which are not read yet. */
  text: string;
}

const VALID_VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const WORDS = new Set(['true', 'false', 'null']);
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{Sc}_][\p{L}\p{Nd}\p{Sc}_]*/uy;
const LONGEST_TOKEN_SHOWN = 256;
const LONGEST_SOURCE_SHOWN = 500;

/**
 * Reads JSON from the front, as far as somebody asks: what comes after the last asked value is never looked at. Every
 * mistake is a `JacksonError` in Jackson's words with its place.
 * Models com.fasterxml.jackson.core 2.13 json.ReaderBasedJsonParser.
 */
export class JacksonParser {
  readonly #text: string;
  readonly #open: { type: 'Object' | 'Array'; at: number }[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The beginning of a value. `inBean`: another place of Jackson looks for it, and says less of what it misses. */
  value(inBean = false): JacksonToken {
    this.#space();
    const at = this.#at;
    const character = this.#text[at];
    if (character === undefined) this.#endBetween();
    if (character === '"') return this.#begin('string', at);
    if (character === '{' || character === '[') {
      this.#open.push({ type: character === '{' ? 'Object' : 'Array', at });
      return this.#begin(character === '{' ? 'object' : 'array', at);
    }
    if (/[-+\d]/.test(character ?? '')) return this.#number(at);
    const word = this.#match(WORD, at);
    if (word !== undefined) return this.#word(word, at);
    if (inBean && character === '}') this.#unexpected(at, 'expected a value');
    return this.#unexpected(at, `expected a valid value ${VALID_VALUES}`);
  }

  /** The next name of the object that is open, its colon read; undefined at its end. */
  name(isFirst: boolean): string | undefined {
    if (!this.#goesOn(isFirst)) return undefined;
    if (this.#text[this.#at] !== '"') {
      this.#unexpected(this.#at, 'was expecting double-quote to start field name');
    }
    this.#at++;
    const name = this.#string(' in field name');
    this.#space();
    if (this.#at >= this.#text.length) this.#endBetween();
    if (this.#text[this.#at] !== ':') {
      this.#unexpected(this.#at, 'was expecting a colon to separate field name and value');
    }
    this.#at++;
    return name;
  }

  /** The rest of a string whose beginning was read. */
  string(): string {
    return this.#string(': was expecting closing quote for a string value');
  }

  /** Reads on to the end of a value, however deep it is. */
  skip(token: JacksonToken): void {
    if (token.kind === 'string') this.string();
    if (token.kind !== 'object' && token.kind !== 'array') return;
    const outside = this.#open.length - 1;
    let isFirst = true;
    while (this.#open.length > outside) {
      const more: boolean =
        this.#open.at(-1)?.type === 'Object' ? this.name(isFirst) !== undefined : this.#goesOn(isFirst);
      const kind: JacksonToken['kind'] | undefined = more ? this.value(true).kind : undefined;
      if (kind === 'string') this.string();
      isFirst = kind === 'object' || kind === 'array';
    }
  }

  /** A complaint about a value, at its beginning. */
  complain(token: JacksonToken, message: string): never {
    throw new JacksonError(`${message}\n at ${this.#place(token.at)}`, { ofValue: true });
  }

  /** A complaint about what was read last. */
  complainHere(message: string): never {
    return this.#fail(message, this.#at);
  }

  #begin(kind: JacksonToken['kind'], at: number): JacksonToken {
    this.#at = at + 1;
    return { kind, at, text: '' };
  }

  /** Whether the open object or array has another member; a closing mark is read. */
  #goesOn(isFirst: boolean): boolean {
    const { type, at } = this.#open.at(-1) ?? { type: 'Object', at: 0 };
    const end = type === 'Object' ? '}' : ']';
    this.#space();
    const character = this.#text[this.#at];
    if (character === undefined) {
      this.#fail(`Unexpected end-of-input: expected close marker for ${type} (start marker at ${this.#place(at)})`);
    }
    if (character === '}' || character === ']') {
      if (character !== end) {
        const wanted = `expected '${end}' (for ${type} starting at ${this.#place(at)})`;
        this.#fail(`Unexpected close marker '${character}': ${wanted}`, this.#at, 1);
      }
      this.#open.pop();
      this.#at++;
      return false;
    }
    if (isFirst) return true;
    if (character !== ',') this.#unexpected(this.#at, `was expecting comma to separate ${type} entries`);
    this.#at++;
    this.#space();
    if (this.#at >= this.#text.length) this.#endBetween();
    return true;
  }

  #number(at: number): JacksonToken {
    const first = this.#text[at] ?? '';
    const digits = /[-+]/.test(first) ? at + 1 : at;
    const next = this.#text[digits];
    if (next === undefined) this.#fail('Unexpected end-of-inputNo digit following minus sign');
    if (first === '-' && this.#text.startsWith('Infinity', digits)) this.#nonStandard('-Infinity', at);
    if (first === '+' || !/\d/.test(next ?? '')) {
      const why = 'expected digit (0-9) to follow minus sign, for valid numeric value';
      this.#fail(`${this.#unexpectedCharacter(digits)} in numeric value: ${why}`, digits, 1);
    }
    if (next === '0' && /\d/.test(this.#text[digits + 1] ?? '')) {
      this.#fail('Invalid numeric value: Leading zeroes not allowed', digits + 1);
    }
    const text = this.#match(NUMBER, at) ?? '';
    this.#at = at + text.length;
    this.#wholeNumber(text);
    return { kind: /[.eE]/.test(text) ? 'float' : 'int', at, text };
  }

  /** A point and an exponent's letter must have digits behind them. */
  #wholeNumber(text: string): void {
    const rest = /^(?:\.|[eE][+-]?)/.exec(this.#text.slice(this.#at))?.[0];
    if (rest === undefined || (rest === '.' && /[.eE]/.test(text))) return;
    const at = this.#at + rest.length;
    const what = rest === '.' ? 'Decimal point' : 'Exponent indicator';
    if (at >= this.#text.length) this.#fail(`Unexpected end-of-input${what} not followed by a digit`);
    this.#fail(`${this.#unexpectedCharacter(at)} in numeric value: ${what} not followed by a digit`, at);
  }

  #word(word: string, at: number): JacksonToken {
    if (WORDS.has(word)) {
      this.#at = at + word.length;
      return { kind: word as 'true', at, text: word };
    }
    if (word === 'NaN' || word === 'Infinity') this.#nonStandard(word, at);
    const shown = word.length > LONGEST_TOKEN_SHOWN ? `${word.slice(0, LONGEST_TOKEN_SHOWN)}...` : word;
    const end = at + Math.min(word.length, LONGEST_TOKEN_SHOWN);
    return this.#fail(`Unrecognized token '${shown}': was expecting ${VALID_VALUES}`, end);
  }

  #nonStandard(token: string, at: number): never {
    const how = 'enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow';
    return this.#fail(`Non-standard token '${token}': ${how}`, at + token.length);
  }

  #string(atEnd: string): string {
    let value = '';
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) this.#fail(`Unexpected end-of-input${atEnd}`);
      if (character !== undefined && character < ' ') {
        const what = `Illegal unquoted character ((CTRL-CHAR, code ${character.charCodeAt(0)}))`;
        this.#fail(`${what}: has to be escaped using backslash to be included in string value`, this.#at, 1);
      }
      this.#at++;
      if (character === '"') return value;
      value += character === '\\' ? this.#escape() : character;
    }
  }

  #escape(): string {
    const character = this.#text[this.#at];
    if (character === undefined) this.#fail('Unexpected end-of-input in character escape sequence');
    this.#at++;
    if (character === 'u') return this.#hexadecimal();
    if (/["\\/]/.test(character ?? '')) return character ?? '';
    const meant = ESCAPES[character ?? ''];
    if (meant !== undefined) return meant;
    return this.#fail(`Unrecognized character escape '${character}' (code ${character?.charCodeAt(0)})`, this.#at);
  }

  #hexadecimal(): string {
    for (let count = 0; count < 4; count++, this.#at++) {
      const digit = this.#text[this.#at];
      if (digit === undefined) this.#fail('Unexpected end-of-input in character escape sequence');
      if (!/[\da-fA-F]/.test(digit ?? '')) {
        this.#unexpected(this.#at, 'expected a hex-digit for character escape sequence');
      }
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(this.#at - 4, this.#at), 16));
  }

  #space(): void {
    while (/[ \t\n\r]/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#text[this.#at] === '/') {
      const why =
        "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)";
      this.#unexpected(this.#at, why);
    }
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0];
  }

  #endBetween(): never {
    return this.#fail(`Unexpected end-of-input within/between ${this.#open.at(-1)?.type ?? 'root'} entries`);
  }

  #unexpected(at: number, why: string): never {
    return this.#fail(`${this.#unexpectedCharacter(at)}: ${why}`, at, 1);
  }

  #unexpectedCharacter(at: number): string {
    return `Unexpected character ('${this.#text[at]}' (code ${this.#text.charCodeAt(at)}))`;
  }

  /** `past`: so many characters behind `at` the reader is; by default it is at the end. */
  #fail(message: string, at = this.#text.length, past = 0): never {
    throw new JacksonError(`${message}\n at ${this.#place(at, past)}`);
  }

  #place(at: number, past = 0): string {
    const text = this.#text;
    const more = text.length - LONGEST_SOURCE_SHOWN;
    const source = more > 0 ? `${text.slice(0, LONGEST_SOURCE_SHOWN)}"[truncated ${more} chars]` : `${text}"`;
    const before = text.slice(0, at).split('\n');
    return `[Source: (String)"${source}; line: ${before.length}, column: ${(before.at(-1) ?? '').length + 1 + past}]`;
  }
}
