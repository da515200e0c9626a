import { type List, type Part, ShellSyntaxError, type Word } from './syntax.ts';

const META = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);
const SPECIAL = new Set(['?', '$', '!', '#', '@', '*', '-']);

/** Reads words of a script: quotes, `$NAME`, `${NAME:-word}`, `$(command)`, `$((expression))`, backquotes. */
export class WordReader {
  readonly text: string;
  at = 0;
  readonly #parse: (text: string) => List;

  constructor(text: string, parse: (text: string) => List) {
    this.text = text;
    this.#parse = parse;
  }

  get char(): string {
    return this.text[this.at] ?? '';
  }

  /** A word up to the next separator; undefined if there is none here. */
  word(): Word | undefined {
    if (this.char === '' || META.has(this.char)) return undefined;
    const parts: Part[] = [];
    while (this.char !== '' && !META.has(this.char)) this.#part(parts);
    return parts;
  }

  /** The whole text as if in double quotes (a here-document). */
  hereDocument(): Word {
    const parts: Part[] = [];
    while (this.at < this.text.length) this.#insideDouble(parts, true);
    return parts;
  }

  #part(parts: Part[]): void {
    const { char } = this;
    if (char === "'") {
      const end = this.text.indexOf("'", this.at + 1);
      if (end < 0) throw new ShellSyntaxError('unterminated quoted string');
      parts.push({ type: 'text', text: this.text.slice(this.at + 1, end), quoted: true });
      this.at = end + 1;
    } else if (char === '"') {
      this.at++;
      const before = parts.length;
      while (this.char !== '"') {
        if (this.char === '') throw new ShellSyntaxError('unterminated quoted string');
        this.#insideDouble(parts, false);
      }
      if (parts.length === before) parts.push({ type: 'text', text: '', quoted: true });
      this.at++;
    } else if (char === '\\') {
      const next = this.text[this.at + 1] ?? '';
      if (next !== '\n') parts.push({ type: 'text', text: next, quoted: true });
      this.at += 2;
    } else if (char === '$' || char === '`') this.#dollar(parts, false);
    else
      this.#plain(parts, (c) => META.has(c) || c === "'" || c === '"' || c === '\\' || c === '$' || c === '`', false);
  }

  #insideDouble(parts: Part[], heredoc: boolean): void {
    const { char } = this;
    if (char === '\\') {
      const next = this.text[this.at + 1] ?? '';
      const escapes = next === '$' || next === '`' || next === '\\' || (next === '"' && !heredoc);
      if (next !== '\n') parts.push({ type: 'text', text: escapes ? next : `\\${next}`, quoted: true });
      this.at += 2;
    } else if (char === '$' || char === '`') this.#dollar(parts, true);
    else this.#plain(parts, (c) => c === '\\' || c === '$' || c === '`' || (c === '"' && !heredoc), true);
  }

  #plain(parts: Part[], ends: (char: string) => boolean, quoted: boolean): void {
    const start = this.at;
    while (this.char !== '' && !ends(this.char)) this.at++;
    parts.push({ type: 'text', text: this.text.slice(start, this.at), quoted });
  }

  #dollar(parts: Part[], quoted: boolean): void {
    if (this.char === '`') {
      const end = this.text.indexOf('`', this.at + 1);
      if (end < 0) throw new ShellSyntaxError('EOF in backquote substitution');
      parts.push({ type: 'command', list: this.#parse(this.text.slice(this.at + 1, end)), quoted });
      this.at = end + 1;
      return;
    }
    this.at++;
    if (this.text.startsWith('((', this.at)) {
      const end = this.#closing('((', '))');
      const inner = new WordReader(this.text.slice(this.at + 2, end), this.#parse);
      parts.push({ type: 'arithmetic', expression: inner.hereDocument(), quoted });
      this.at = end + 2;
    } else if (this.char === '(') {
      const end = this.#closing('(', ')');
      parts.push({ type: 'command', list: this.#parse(this.text.slice(this.at + 1, end)), quoted });
      this.at = end + 1;
    } else if (this.char === '{') this.#braced(parts, quoted);
    else {
      const name =
        /^(?:[A-Za-z_]\w*|\d)/.exec(this.text.slice(this.at))?.[0] ?? (SPECIAL.has(this.char) ? this.char : '');
      if (name === '') parts.push({ type: 'text', text: '$', quoted: true });
      else parts.push({ type: 'variable', name, quoted });
      this.at += name.length;
    }
  }

  #braced(parts: Part[], quoted: boolean): void {
    const end = this.#closing('{', '}');
    const inside = this.text.slice(this.at + 1, end);
    const match = /^(#?)([A-Za-z_]\w*|\d+|[?$!#@*-])(?:(:?[-=+?]|##?|%%?)(.*))?$/s.exec(inside);
    if (match === null) throw new ShellSyntaxError('bad substitution');
    const [, length, name = '', operator, argument] = match;
    const inner = argument === undefined ? undefined : new WordReader(argument, this.#parse).hereDocument();
    parts.push({
      type: 'variable',
      name,
      quoted,
      ...(length === '#' ? { operator: 'length' } : operator === undefined ? {} : { operator }),
      ...(inner === undefined ? {} : { argument: inner }),
    });
    this.at = end + 1;
  }

  /** Where the bracket that opens here is closed, quotes skipped. */
  #closing(open: '((' | '(' | '{', close: '))' | ')' | '}'): number {
    let depth = 0;
    for (let i = this.at; i < this.text.length; i++) {
      const char = this.text[i];
      if (char === '\\') i++;
      else if (char === "'" && open === '(') {
        i = this.text.indexOf("'", i + 1);
        if (i < 0) break;
      } else if (char === open[0]) depth++;
      else if (char === close[0] && --depth === 0) return open === '((' ? i - 1 : i;
    }
    throw new ShellSyntaxError(`unterminated ${open === '{' ? '${' : '$('}`);
  }
}
