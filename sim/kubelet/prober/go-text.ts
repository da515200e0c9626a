/*
 * Go strings are bytes, and the kubelet's texts depend on it: they cut, escape and quote bytes. Here such a string is a
 * JavaScript string with one character (0–255) a byte.
 */

/** UTF-8 bytes of a text, one character a byte. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text;
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text that a byte string holds; each byte that is no UTF-8 becomes one U+FFFD, as where Go writes JSON. */
export function fromByteString(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return decodeUtf8(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

/** Decodes UTF-8 as Go ranges over a string: one U+FFFD for each byte that belongs to no character. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return lenient(bytes);
  }
}

/** The same text, cut to `limit` bytes of UTF-8; a character that is cut in the middle leaves U+FFFD for each byte of it. */
export function cutToBytes(text: string, limit: number): string {
  // A UTF-16 unit makes three bytes at most.
  if (text.length * 3 <= limit) return text;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= limit ? text : decodeUtf8(bytes.subarray(0, limit));
}

/** A byte string in double quotes. Models strconv.Quote (`%q`). */
export function goQuote(bytes: string): string {
  let quoted = '"';
  for (let i = 0; i < bytes.length; ) {
    const width = characterWidth(bytes, i);
    if (width === 0) {
      quoted += `\\x${hex(bytes.charCodeAt(i), 2)}`;
      i++;
    } else {
      quoted += quoteCharacter(fromByteString(bytes.slice(i, i + width)));
      i += width;
    }
  }
  return `${quoted}"`;
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function quoteCharacter(character: string): string {
  const named = ESCAPES[character];
  if (named !== undefined) return named;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function lenient(bytes: Uint8Array): string {
  let text = '';
  let source = '';
  for (const byte of bytes) source += String.fromCharCode(byte);
  for (let i = 0; i < bytes.length; ) {
    const width = characterWidth(source, i);
    text += width === 0 ? '\ufffd' : STRICT.decode(bytes.subarray(i, i + width));
    i += Math.max(width, 1);
  }
  return text;
}

/** Bytes of the UTF-8 character at `at`; 0 if there is none. */
function characterWidth(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (width === 0 || at + width > bytes.length) return 0;
  const slice = Uint8Array.from({ length: width }, (_, i) => bytes.charCodeAt(at + i));
  try {
    STRICT.decode(slice);
    return width;
  } catch {
    return 0;
  }
}
