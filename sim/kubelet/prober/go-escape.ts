import { goQuote } from './go-text.ts';

/** Which part of a URL is escaped; the characters that may stand for themselves differ. */
export type UrlPart = 'path' | 'host' | 'zone' | 'userinfo' | 'fragment';

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~';

/** Models net/url shouldEscape: what needs no escaping in each part. */
const ALLOWED: Readonly<Record<UrlPart, ReadonlySet<string>>> = {
  path: new Set(`${UNRESERVED}$&+,/:;=@`),
  host: new Set(`${UNRESERVED}!$&'()*+,;=:[]<>"`),
  zone: new Set(`${UNRESERVED}!$&'()*+,;=:[]<>"`),
  userinfo: new Set(`${UNRESERVED}$&+,;=`),
  fragment: new Set(`${UNRESERVED}$&+,/:;=@?!()*`),
};

/** Characters that an already escaped text may hold besides: sub-delimiters, and brackets. */
const ENCODED = new Set("!$&'()*+,;=:@[]%");

/** A byte string with every byte that may not stand in this part as `%XX`. Models net/url escape. */
export function escapeUrl(bytes: string, part: UrlPart): string {
  const allowed = ALLOWED[part];
  let escaped = '';
  for (const character of bytes) {
    escaped += allowed.has(character)
      ? character
      : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

/** Undoes `%XX`. Throws a `GoUrlError` with Go's text at what may not stand there. Models net/url unescape. */
export function unescapeUrl(text: string, part: UrlPart): string {
  let bytes = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character !== '%') {
      if ((part === 'host' || part === 'zone') && character < '\x80' && !ALLOWED[part].has(character)) {
        throw new GoUrlError(`invalid character ${goQuote(character)} in host name`);
      }
      bytes += character;
      continue;
    }
    const encoded = text.slice(i, i + 3);
    if (!/^%[0-9a-fA-F]{2}$/.test(encoded)) throw invalidEscape(encoded);
    const byte = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    const mayBeEscaped = encoded === '%25' || byte >= '\x80';
    if (part === 'host' && !mayBeEscaped) throw invalidEscape(encoded);
    if (part === 'zone' && !mayBeEscaped && byte !== ' ' && !ALLOWED.host.has(byte)) throw invalidEscape(encoded);
    bytes += byte;
    i += 2;
  }
  return bytes;
}

/** True if the text is a correct escaping of some path or fragment. Models net/url validEncoded. */
export function isValidEncoded(text: string, part: 'path' | 'fragment'): boolean {
  for (const character of text) if (!ENCODED.has(character) && !ALLOWED[part].has(character)) return false;
  return true;
}

/** What is wrong with a URL, in Go's words. */
export class GoUrlError extends Error {}

function invalidEscape(encoded: string): GoUrlError {
  return new GoUrlError(`invalid URL escape ${goQuote(encoded)}`);
}
