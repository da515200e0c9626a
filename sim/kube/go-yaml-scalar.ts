/** How a text is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/** Words that YAML 1.1 takes for a boolean, a null or a number. */
const WORDS = new Set([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'],
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'],
  ...['', '~', '<<', 'null', 'Null', 'NULL', '.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF'],
  ...['+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'],
]);
const INTEGER = /^[+-]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const SEXAGESIMAL = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const TIMESTAMP =
  /^\d{4}-\d\d?-\d\d?(?:[Tt]\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)| \d\d?:\d\d?:\d\d?(?:\.\d+)?)?$/;

/** Escaped wherever it stands. */
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const SEPARATOR = /[\u2028\u2029]/;
/** What cannot begin a plain text, or stand in one. */
const INDICATED = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t]|$)|[ \t]#/;

/** True if a reader would take the bare text for something else than a text. */
function resolves(text: string): boolean {
  if (WORDS.has(text)) return true;
  if (!/^[+\-.\d]/.test(text)) return false;
  if (SEXAGESIMAL.test(text) || TIMESTAMP.test(text)) return true;
  const digits = text.replaceAll('_', '');
  if (/^\./.test(text)) return FLOAT.test(text);
  return /^[+\-\d]/.test(text) && (INTEGER.test(digits) || FLOAT.test(digits));
}

/** The style of a text as a value, or as a key: keys are never in several lines. */
export function scalarStyle(text: string, isKey: boolean): ScalarStyle {
  if (UNPRINTABLE.test(text) || SEPARATOR.test(text) || resolves(text)) return 'double';
  if (text.includes('\n')) return isKey || / \n| $/.test(text) ? 'double' : 'literal';
  return /^ | $/.test(text) || INDICATED.test(text) ? 'single' : 'plain';
}

const ESCAPES: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** A character within double quotes. */
export function escaped(char: string): string {
  const unwritten = UNPRINTABLE.test(char) || char === '\n' || SEPARATOR.test(char);
  if (!unwritten && char !== '"' && char !== '\\') return char;
  const short = ESCAPES[char];
  if (short !== undefined) return `\\${short}`;
  const code = char.codePointAt(0) ?? 0;
  const hex = (length: number) => code.toString(16).toUpperCase().padStart(length, '0');
  if (code <= 0xff) return `\\x${hex(2)}`;
  return code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
