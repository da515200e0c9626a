/** Thrown with Jackson's text and the place it names. */
export class JacksonError extends Error {}

/**
 * A JSON value as Jackson reads it; throws `JacksonError` in Jackson's words for the mistakes that people make: a
 * name without quotes, a token that is none, an end too early.
 */
export function readJackson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new JacksonError(complaint(text));
  }
}

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

function complaint(text: string): string {
  const { expects, at } = scan(text);
  const place = (offset: number) =>
    `\n at [Source: (String)${JSON.stringify(text).slice(0, 1)}${text.length > 500 ? `${text.slice(0, 500)}"[truncated ${text.length - 500} chars]` : `${text}"`}; line: ${line(text, offset)}, column: ${column(text, offset)}]`;
  const character = text[at];
  if (character === undefined) {
    if (text.trim() === '') return `No content to map due to end-of-input${place(0)}`;
    const inside = expects === 'in string' ? 'in VALUE_STRING' : 'within/between Object entries';
    return expects === 'in string'
      ? `Unexpected end-of-input ${inside}${place(at + 1)}`
      : `Unexpected end-of-input ${inside}${place(at + 1)}`;
  }
  const word = /^[A-Za-z_$][\w$]*/.exec(text.slice(at))?.[0];
  if (expects === 'value' && word !== undefined) {
    return `Unrecognized token '${word}': was expecting ${TOKENS}${place(at + word.length + 1)}`;
  }
  const wanted = {
    value: "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    name: 'was expecting double-quote to start field name',
    colon: 'was expecting a colon to separate field name and value',
    comma: 'was expecting comma to separate Object entries',
    'in string': '',
  }[expects];
  return `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${wanted}${place(at + 2)}`;
}

type Expects = 'value' | 'name' | 'colon' | 'comma' | 'in string';

/** How far the text is JSON, and what should come there. */
function scan(text: string): { expects: Expects; at: number } {
  let at = 0;
  let expects: Expects = 'value';
  const open: string[] = [];
  const afterValue = (): Expects => 'comma';
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    const rest = text.slice(at);
    const character = rest[0];
    if (character === undefined) return { expects, at };
    if (expects === 'comma') {
      if (character === ',') expects = open.at(-1) === '{' ? 'name' : 'value';
      else if (character === '}' || character === ']') open.pop();
      else return { expects, at };
      at++;
    } else if (expects === 'colon') {
      if (character !== ':') return { expects, at };
      expects = 'value';
      at++;
    } else if (expects === 'name' && character === '}') {
      open.pop();
      expects = afterValue();
      at++;
    } else if (character === '"') {
      const end = /^"(?:[^"\\]|\\.)*"/.exec(rest);
      if (end === null) return { expects: 'in string', at: text.length };
      at += end[0].length;
      expects = expects === 'name' ? 'colon' : afterValue();
    } else if (expects === 'name') return { expects, at };
    else if (character === '{' || character === '[') {
      open.push(character);
      expects = character === '{' ? 'name' : 'value';
      at++;
    } else {
      const token = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/.exec(rest);
      if (token === null) return { expects, at };
      at += token[0].length;
      expects = afterValue();
    }
  }
}

function line(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Jackson's column of the reader's position, counted from 1. */
function column(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
