import { escaped, scalarStyle } from './go-yaml-scalar.ts';

/** Texts are folded at the first blank behind this column. */
const WIDTH = 80;

/**
 * YAML of plain JSON data byte for byte as kubectl and other programs in Go write it: keys in order, lists not indented
 * under their key, texts of several lines as literal blocks, long ones folded, quotes only where YAML 1.1 needs them.
 * Models sigs.k8s.io/yaml v1.6 Marshal (go.yaml.in/yaml/v2 encode.go, emitterc.go).
 */
export function goYaml(value: unknown): string {
  return `${isCollection(value) && !isEmpty(value) ? block(value, 0) : scalar(value, { indent: 2, column: 0 })}\n`;
}

function block(value: object, indent: number): string {
  const start = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return value
      .map(
        (item) =>
          `${start}- ${isBlock(item) ? block(item, indent + 2).trimStart() : scalar(item, { indent: indent + 2, column: indent + 2 })}`,
      )
      .join('\n');
  }
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([key, item]) => {
      const name = `${start}${scalar(key, { indent, column: indent, isKey: true })}:`;
      if (isBlock(item)) return `${name}\n${block(item, Array.isArray(item) ? indent : indent + 2)}`;
      return `${name} ${scalar(item, { indent: indent + 2, column: name.length + 1 })}`;
    })
    .join('\n');
}

function isBlock(value: unknown): value is object {
  return isCollection(value) && !isEmpty(value);
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every((item) => item === undefined);
}

interface Place {
  /** Of the lines that follow. */
  indent: number;
  /** Where the text begins. */
  column: number;
  isKey?: boolean;
}

function scalar(value: unknown, place: Place): string {
  if (isCollection(value)) return Array.isArray(value) ? '[]' : '{}';
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  const style = scalarStyle(value, place.isKey === true);
  if (style === 'literal') return literal(value, place.indent);
  if (style === 'plain') return isFoldable(value, place) ? folded([...value], place, style) : value;
  if (style === 'single') return `'${folded([...value], { ...place, column: place.column + 1 }, style)}'`;
  return `"${folded([...value], { ...place, column: place.column + 1 }, style)}"`;
}

/** Certificates are long and have no blank: most texts need no look at each character. */
function isFoldable(value: string, { column, isKey }: Place): boolean {
  return isKey !== true && column + value.length > WIDTH && value.includes(' ');
}

/** A block of lines; an indicator says how it begins and ends. */
function literal(value: string, indent: number): string {
  const begins = /^[ \n]/.test(value) ? '2' : '';
  const ends = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : '';
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`));
  return `|${begins}${ends}\n${lines.join('\n')}`;
}

/** A text in one line, or with a new line for a blank wherever the one before has become too long. */
function folded(chars: readonly string[], place: Place, style: 'plain' | 'single' | 'double'): string {
  let text = '';
  let column = place.column;
  let afterBlank = false;
  for (const [index, char] of chars.entries()) {
    const isInside = style === 'plain' || (index > 0 && index < chars.length - 1);
    const beforeBlank = chars[index + 1] === ' ';
    const foldable = char === ' ' && !afterBlank && column > WIDTH && isInside && place.isKey !== true;
    afterBlank = char === ' ';
    if (foldable && (style === 'double' || !beforeBlank)) {
      text += `\n${' '.repeat(place.indent)}${style === 'double' && beforeBlank ? '\\' : ''}`;
      column = place.indent + (style === 'double' && beforeBlank ? 1 : 0);
      continue;
    }
    const written = style === 'double' ? escaped(char) : style === 'single' && char === "'" ? "''" : char;
    text += written;
    column += written.length === 0 ? 0 : [...written].length;
  }
  return text;
}

/** Letters by code, other characters before letters, numbers by value. Models yaml/v2 sorter.go keyList.Less. */
function compareKeys(left: string, right: string): number {
  let same = 0;
  while (same < left.length && left.charCodeAt(same) === right.charCodeAt(same)) same++;
  const [p, q] = [left.charCodeAt(same), right.charCodeAt(same)];
  if (isPlainLetter(p) && isPlainLetter(q)) return p - q;
  const a = [...left];
  const b = [...right];
  const at = a.findIndex((char, index) => char !== b[index]);
  if (at < 0) return a.length - b.length;
  if (at >= b.length) return 1;
  const x = a[at] ?? '';
  const y = b[at] ?? '';
  const letters = [isLetter(x), isLetter(y)];
  if (letters[0] !== letters[1]) return letters[1] ? -1 : 1;
  if (!letters[0]) {
    const significant = x === '0' || y === '0' ? hasSignificantDigit(a, at) : '';
    const [first, second] = [digits(a, at), digits(b, at)];
    const difference = Number(`${significant}${first}`) - Number(`${significant}${second}`);
    if (difference !== 0) return difference;
    if (first.length !== second.length) return first.length - second.length;
  }
  return (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
}

function isPlainLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isLetter(char: string): boolean {
  return /\p{L}/u.test(char);
}

function digits(chars: readonly string[], from: number): string {
  return /^\d*/.exec(chars.slice(from).join(''))?.[0] ?? '';
}

/** `1` if a digit other than 0 stands right before, among digits. */
function hasSignificantDigit(chars: readonly string[], at: number): string {
  return /[1-9]\d*$/.test(chars.slice(0, at).join('')) ? '1' : '';
}
