import { type List, type Redirect, ShellSyntaxError, type Word } from './syntax.ts';
import { WordReader } from './word-reader.ts';

/** A script's reserved words, operators, redirections and here-documents, one after the other. */
export class ScriptTokens {
  readonly reader: WordReader;
  readonly #parse: (text: string) => List;
  readonly #hereDocuments: {
    redirect: Redirect & { target: Word };
    delimiter: string;
    quoted: boolean;
    tabs: boolean;
  }[] = [];

  /** `parse`: of the scripts inside words. */
  constructor(text: string, parse: (text: string) => List) {
    this.reader = new WordReader(text, parse);
    this.#parse = parse;
  }

  redirects(): Redirect[] {
    const redirects: Redirect[] = [];
    for (;;) {
      this.blanks();
      const redirect = this.redirect();
      if (redirect === undefined) return redirects;
      redirects.push(redirect);
    }
  }

  redirect(): Redirect | undefined {
    const match = /^(\d*)(<<-?|>>|>&|<&|>\||[<>])/.exec(this.reader.text.slice(this.reader.at, this.reader.at + 8));
    if (match === null) return undefined;
    const [all, digits = '', sign = ''] = match;
    this.reader.at += all.length;
    this.blanks();
    const start = this.reader.at;
    const target = this.reader.word();
    if (target === undefined) throw new ShellSyntaxError('syntax error: unexpected redirection');
    const fd = digits === '' ? (sign.startsWith('<') ? 0 : 1) : Number(digits);
    if (sign.startsWith('<<')) {
      const delimiter = target.map((part) => (part.type === 'text' ? part.text : '')).join('');
      const quoted = /['"\\]/.test(this.reader.text.slice(start, this.reader.at));
      const redirect = { fd, operator: '<<' as const, target: [] as Word };
      this.#hereDocuments.push({ redirect, delimiter, quoted, tabs: sign === '<<-' });
      return redirect;
    }
    const operator = sign === '>|' ? '>' : sign === '<&' ? '>&' : (sign as '<' | '>' | '>>' | '>&');
    return { fd, operator, target };
  }

  /** Blanks, comments, newlines and with them the here-documents that begin there. */
  skip(): void {
    for (;;) {
      this.blanks();
      if (this.reader.char === '\n') {
        this.reader.at++;
        this.#readHereDocuments();
      } else if (this.reader.char === ';' && this.reader.text[this.reader.at + 1] !== ';') this.reader.at++;
      else return;
    }
  }

  #readHereDocuments(): void {
    const { text } = this.reader;
    for (const { redirect, delimiter, quoted, tabs } of this.#hereDocuments.splice(0)) {
      const lines: string[] = [];
      while (this.reader.at < text.length) {
        const end = text.indexOf('\n', this.reader.at);
        const raw = text.slice(this.reader.at, end < 0 ? text.length : end);
        this.reader.at = end < 0 ? text.length : end + 1;
        const line = tabs ? raw.replace(/^\t+/, '') : raw;
        if (line === delimiter) break;
        lines.push(`${line}\n`);
      }
      const body = lines.join('');
      redirect.target = quoted
        ? [{ type: 'text', text: body, quoted: true }]
        : new WordReader(body, this.#parse).hereDocument();
    }
  }

  blanks(): void {
    for (;;) {
      const { char } = this.reader;
      if (char === ' ' || char === '\t') this.reader.at++;
      else if (char === '\\' && this.reader.text[this.reader.at + 1] === '\n') this.reader.at += 2;
      else if (char === '#') {
        while (this.reader.char !== '' && this.reader.char !== '\n') this.reader.at++;
      } else return;
    }
  }

  peekWord(): string {
    return (
      /^(?:[a-z]+(?=$|[\s;&|()<>])|[{}!](?=$|[\s;&|)]))/.exec(
        this.reader.text.slice(this.reader.at, this.reader.at + 12),
      )?.[0] ?? ''
    );
  }

  takeWord(word: string): boolean {
    if (word === '!' || word === 'in') this.blanks();
    else this.skip();
    if (this.peekWord() !== word) return false;
    this.reader.at += word.length;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) {
      const found = this.peekWord() || this.reader.char;
      throw new ShellSyntaxError(
        `syntax error: unexpected ${found === '' ? 'end of file' : `"${found}"`} (expecting "${word}")`,
      );
    }
  }

  take(text: string): boolean {
    if (!this.reader.text.startsWith(text, this.reader.at)) return false;
    this.reader.at += text.length;
    return true;
  }

  expect(text: string): void {
    this.skip();
    if (!this.take(text)) throw new ShellSyntaxError(`syntax error: unexpected end of file (expecting "${text}")`);
  }
}
