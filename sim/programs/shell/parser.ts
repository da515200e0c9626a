import { asAssignment } from './assignment.ts';
import {
  type AndOr,
  type Command,
  type List,
  type Pipeline,
  type Redirect,
  ShellSyntaxError,
  type Word,
} from './syntax.ts';
import { WordReader } from './word-reader.ts';

const ENDS = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', '}', 'esac']);
const known = new Map<string, List>();

/**
 * A POSIX shell script as a tree: lists, && and ||, pipelines, groups, if, while, until, for, redirections,
 * here-documents. Throws ShellSyntaxError. Trees of short scripts are kept: a probe runs the same line for ever.
 */
export function parseScript(text: string): List {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parser = new Parser(text);
  const list = parser.list();
  parser.expectEnd();
  if (known.size > 500) known.clear();
  if (text.length < 4000) known.set(text, list);
  return list;
}

class Parser {
  readonly #reader: WordReader;
  readonly #hereDocuments: {
    redirect: Redirect & { target: Word };
    delimiter: string;
    quoted: boolean;
    tabs: boolean;
  }[] = [];

  constructor(text: string) {
    this.#reader = new WordReader(text, parseScript);
  }

  expectEnd(): void {
    this.#skip();
    if (this.#reader.char !== '')
      throw new ShellSyntaxError(`syntax error: unexpected "${this.#peekWord() || this.#reader.char}"`);
  }

  list(): List {
    const items: { andOr: AndOr; background: boolean }[] = [];
    for (;;) {
      this.#skip();
      const word = this.#peekWord();
      if (this.#reader.char === '' || this.#reader.char === ')' || ENDS.has(word)) return items;
      const andOr = this.#andOr();
      this.#blanks();
      const background = this.#take('&');
      if (!background) this.#take(';');
      items.push({ andOr, background });
    }
  }

  #andOr(): AndOr {
    const parts: { operator: '&&' | '||' | undefined; pipeline: Pipeline }[] = [];
    let operator: '&&' | '||' | undefined;
    for (;;) {
      parts.push({ operator, pipeline: this.#pipeline() });
      this.#blanks();
      if (this.#take('&&')) operator = '&&';
      else if (this.#take('||')) operator = '||';
      else return parts;
      this.#skip();
    }
  }

  #pipeline(): Pipeline {
    const negated = this.#takeWord('!');
    const commands = [this.#command()];
    for (;;) {
      this.#blanks();
      if (this.#reader.text.startsWith('||', this.#reader.at) || !this.#take('|')) return { negated, commands };
      this.#skip();
      commands.push(this.#command());
    }
  }

  #command(): Command {
    this.#blanks();
    if (this.#take('(')) {
      const body = this.list();
      this.#expect(')');
      return { type: 'group', body, subshell: true, redirects: this.#redirects() };
    }
    switch (this.#peekWord()) {
      case '{': {
        this.#takeWord('{');
        const body = this.list();
        this.#expectWord('}');
        return { type: 'group', body, subshell: false, redirects: this.#redirects() };
      }
      case 'if':
        return this.#if();
      case 'while':
      case 'until': {
        const until = this.#takeWord('until') || !this.#takeWord('while');
        const condition = this.list();
        return { type: 'loop', until, condition, body: this.#doneBody(), redirects: this.#redirects() };
      }
      case 'for':
        return this.#for();
      case 'case':
        throw new ShellSyntaxError('"case" is not supported', true);
      default:
        return this.#simple();
    }
  }

  #if(): Command {
    const branches: { condition: List; body: List }[] = [];
    let otherwise: List | undefined;
    this.#takeWord('if');
    do {
      const condition = this.list();
      this.#expectWord('then');
      branches.push({ condition, body: this.list() });
    } while (this.#takeWord('elif'));
    if (this.#takeWord('else')) otherwise = this.list();
    this.#expectWord('fi');
    return { type: 'if', branches, otherwise, redirects: this.#redirects() };
  }

  #for(): Command {
    this.#takeWord('for');
    this.#blanks();
    const name = /^[A-Za-z_]\w*/.exec(this.#reader.text.slice(this.#reader.at))?.[0];
    if (name === undefined) throw new ShellSyntaxError('syntax error: bad for loop variable');
    this.#reader.at += name.length;
    const words: Word[] = [];
    this.#skip();
    if (this.#takeWord('in')) {
      for (this.#blanks(); ; this.#blanks()) {
        const word = this.#reader.word();
        if (word === undefined) break;
        words.push(word);
      }
    }
    return { type: 'for', name, words, body: this.#doneBody(), redirects: this.#redirects() };
  }

  #doneBody(): List {
    this.#skip();
    this.#take(';');
    this.#skip();
    this.#expectWord('do');
    const body = this.list();
    this.#expectWord('done');
    return body;
  }

  #simple(): Command {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.#blanks();
      const redirect = this.#redirect();
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const word = this.#reader.word();
      if (word === undefined) break;
      const assignment = words.length === 0 ? asAssignment(word) : undefined;
      if (assignment === undefined) words.push(word);
      else assignments.push(assignment);
      if (words.length === 1 && this.#reader.text.startsWith('()', this.#reader.at)) {
        throw new ShellSyntaxError('functions are not supported', true);
      }
    }
    if (assignments.length + words.length + redirects.length === 0) {
      throw new ShellSyntaxError(
        `syntax error: unexpected ${this.#reader.char === '' ? 'end of file' : `"${this.#reader.char}"`}`,
      );
    }
    return { type: 'simple', assignments, words, redirects };
  }

  #redirects(): Redirect[] {
    const redirects: Redirect[] = [];
    for (;;) {
      this.#blanks();
      const redirect = this.#redirect();
      if (redirect === undefined) return redirects;
      redirects.push(redirect);
    }
  }

  #redirect(): Redirect | undefined {
    const match = /^(\d*)(<<-?|>>|>&|<&|>\||[<>])/.exec(this.#reader.text.slice(this.#reader.at, this.#reader.at + 8));
    if (match === null) return undefined;
    const [all, digits = '', sign = ''] = match;
    this.#reader.at += all.length;
    this.#blanks();
    const start = this.#reader.at;
    const target = this.#reader.word();
    if (target === undefined) throw new ShellSyntaxError('syntax error: unexpected redirection');
    const fd = digits === '' ? (sign.startsWith('<') ? 0 : 1) : Number(digits);
    if (sign.startsWith('<<')) {
      const delimiter = target.map((part) => (part.type === 'text' ? part.text : '')).join('');
      const quoted = /['"\\]/.test(this.#reader.text.slice(start, this.#reader.at));
      const redirect = { fd, operator: '<<' as const, target: [] as Word };
      this.#hereDocuments.push({ redirect, delimiter, quoted, tabs: sign === '<<-' });
      return redirect;
    }
    const operator = sign === '>|' ? '>' : sign === '<&' ? '>&' : (sign as '<' | '>' | '>>' | '>&');
    return { fd, operator, target };
  }

  /** Blanks, comments, newlines and with them the here-documents that begin there. */
  #skip(): void {
    for (;;) {
      this.#blanks();
      if (this.#reader.char === '\n') {
        this.#reader.at++;
        this.#readHereDocuments();
      } else if (this.#reader.char === ';' && this.#reader.text[this.#reader.at + 1] !== ';') this.#reader.at++;
      else return;
    }
  }

  #readHereDocuments(): void {
    const { text } = this.#reader;
    for (const { redirect, delimiter, quoted, tabs } of this.#hereDocuments.splice(0)) {
      const lines: string[] = [];
      while (this.#reader.at < text.length) {
        const end = text.indexOf('\n', this.#reader.at);
        const raw = text.slice(this.#reader.at, end < 0 ? text.length : end);
        this.#reader.at = end < 0 ? text.length : end + 1;
        const line = tabs ? raw.replace(/^\t+/, '') : raw;
        if (line === delimiter) break;
        lines.push(`${line}\n`);
      }
      const body = lines.join('');
      redirect.target = quoted
        ? [{ type: 'text', text: body, quoted: true }]
        : new WordReader(body, parseScript).hereDocument();
    }
  }

  #blanks(): void {
    for (;;) {
      const { char } = this.#reader;
      if (char === ' ' || char === '\t') this.#reader.at++;
      else if (char === '\\' && this.#reader.text[this.#reader.at + 1] === '\n') this.#reader.at += 2;
      else if (char === '#') {
        while (this.#reader.char !== '' && this.#reader.char !== '\n') this.#reader.at++;
      } else return;
    }
  }

  #peekWord(): string {
    return (
      /^(?:[a-z]+(?=$|[\s;&|()<>])|[{}!](?=$|[\s;&|)]))/.exec(
        this.#reader.text.slice(this.#reader.at, this.#reader.at + 12),
      )?.[0] ?? ''
    );
  }

  #takeWord(word: string): boolean {
    if (word === '!' || word === 'in') this.#blanks();
    else this.#skip();
    if (this.#peekWord() !== word) return false;
    this.#reader.at += word.length;
    return true;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) {
      const found = this.#peekWord() || this.#reader.char;
      throw new ShellSyntaxError(
        `syntax error: unexpected ${found === '' ? 'end of file' : `"${found}"`} (expecting "${word}")`,
      );
    }
  }

  #take(text: string): boolean {
    if (!this.#reader.text.startsWith(text, this.#reader.at)) return false;
    this.#reader.at += text.length;
    return true;
  }

  #expect(text: string): void {
    this.#skip();
    if (!this.#take(text)) throw new ShellSyntaxError(`syntax error: unexpected end of file (expecting "${text}")`);
  }
}
