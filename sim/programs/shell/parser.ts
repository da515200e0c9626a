import { asAssignment } from './assignment.ts';
import { ScriptTokens } from './script-tokens.ts';
import {
  type AndOr,
  type Command,
  type List,
  type Pipeline,
  type Redirect,
  ShellSyntaxError,
  type Word,
} from './syntax.ts';

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
  readonly #tokens: ScriptTokens;

  constructor(text: string) {
    this.#tokens = new ScriptTokens(text, parseScript);
  }

  expectEnd(): void {
    this.#tokens.skip();
    if (this.#tokens.reader.char !== '')
      throw new ShellSyntaxError(`syntax error: unexpected "${this.#tokens.peekWord() || this.#tokens.reader.char}"`);
  }

  list(): List {
    const items: { andOr: AndOr; background: boolean }[] = [];
    for (;;) {
      this.#tokens.skip();
      const word = this.#tokens.peekWord();
      if (this.#tokens.reader.char === '' || this.#tokens.reader.char === ')' || ENDS.has(word)) return items;
      const andOr = this.#andOr();
      this.#tokens.blanks();
      const background = this.#tokens.take('&');
      if (!background) this.#tokens.take(';');
      items.push({ andOr, background });
    }
  }

  #andOr(): AndOr {
    const parts: { operator: '&&' | '||' | undefined; pipeline: Pipeline }[] = [];
    let operator: '&&' | '||' | undefined;
    for (;;) {
      parts.push({ operator, pipeline: this.#pipeline() });
      this.#tokens.blanks();
      if (this.#tokens.take('&&')) operator = '&&';
      else if (this.#tokens.take('||')) operator = '||';
      else return parts;
      this.#tokens.skip();
    }
  }

  #pipeline(): Pipeline {
    const negated = this.#tokens.takeWord('!');
    const commands = [this.#command()];
    for (;;) {
      this.#tokens.blanks();
      if (this.#tokens.reader.text.startsWith('||', this.#tokens.reader.at) || !this.#tokens.take('|'))
        return { negated, commands };
      this.#tokens.skip();
      commands.push(this.#command());
    }
  }

  #command(): Command {
    this.#tokens.blanks();
    if (this.#tokens.take('(')) {
      const body = this.list();
      this.#tokens.expect(')');
      return { type: 'group', body, subshell: true, redirects: this.#tokens.redirects() };
    }
    switch (this.#tokens.peekWord()) {
      case '{': {
        this.#tokens.takeWord('{');
        const body = this.list();
        this.#tokens.expectWord('}');
        return { type: 'group', body, subshell: false, redirects: this.#tokens.redirects() };
      }
      case 'if':
        return this.#if();
      case 'while':
      case 'until': {
        const until = this.#tokens.takeWord('until') || !this.#tokens.takeWord('while');
        const condition = this.list();
        return { type: 'loop', until, condition, body: this.#doneBody(), redirects: this.#tokens.redirects() };
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
    this.#tokens.takeWord('if');
    do {
      const condition = this.list();
      this.#tokens.expectWord('then');
      branches.push({ condition, body: this.list() });
    } while (this.#tokens.takeWord('elif'));
    if (this.#tokens.takeWord('else')) otherwise = this.list();
    this.#tokens.expectWord('fi');
    return { type: 'if', branches, otherwise, redirects: this.#tokens.redirects() };
  }

  #for(): Command {
    this.#tokens.takeWord('for');
    this.#tokens.blanks();
    const name = /^[A-Za-z_]\w*/.exec(this.#tokens.reader.text.slice(this.#tokens.reader.at))?.[0];
    if (name === undefined) throw new ShellSyntaxError('syntax error: bad for loop variable');
    this.#tokens.reader.at += name.length;
    const words: Word[] = [];
    this.#tokens.skip();
    if (this.#tokens.takeWord('in')) {
      for (this.#tokens.blanks(); ; this.#tokens.blanks()) {
        const word = this.#tokens.reader.word();
        if (word === undefined) break;
        words.push(word);
      }
    }
    return { type: 'for', name, words, body: this.#doneBody(), redirects: this.#tokens.redirects() };
  }

  #doneBody(): List {
    this.#tokens.skip();
    this.#tokens.take(';');
    this.#tokens.skip();
    this.#tokens.expectWord('do');
    const body = this.list();
    this.#tokens.expectWord('done');
    return body;
  }

  #simple(): Command {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.#tokens.blanks();
      const redirect = this.#tokens.redirect();
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const word = this.#tokens.reader.word();
      if (word === undefined) break;
      const assignment = words.length === 0 ? asAssignment(word) : undefined;
      if (assignment === undefined) words.push(word);
      else assignments.push(assignment);
      if (words.length === 1 && this.#tokens.reader.text.startsWith('()', this.#tokens.reader.at)) {
        throw new ShellSyntaxError('functions are not supported', true);
      }
    }
    if (assignments.length + words.length + redirects.length === 0) {
      throw new ShellSyntaxError(
        `syntax error: unexpected ${this.#tokens.reader.char === '' ? 'end of file' : `"${this.#tokens.reader.char}"`}`,
      );
    }
    return { type: 'simple', assignments, words, redirects };
  }
}
