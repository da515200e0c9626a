import type { Word } from './syntax.ts';

/** A word before the command that is `NAME=value`; undefined if it is not. */
export function asAssignment(word: Word): { name: string; value: Word } | undefined {
  const [first, ...rest] = word;
  if (first?.type !== 'text' || first.quoted) return undefined;
  const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text);
  if (match === null) return undefined;
  const [, name = '', value = ''] = match;
  return { name, value: [{ type: 'text', text: value, quoted: false }, ...rest] };
}
