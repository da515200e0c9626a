const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Twelve bits → two letters. */
const PAIRS = [...ALPHABET].flatMap((first) => [...ALPHABET].map((second) => first + second));
/** Character code → what it stands for. */
const VALUES = Object.fromEntries([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]));

/** Standard base64 of the text's UTF-8 bytes, as Secret data is written. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let encoded = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const bits = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    encoded += (PAIRS[bits >> 12] as string) + (PAIRS[bits & 4095] as string);
  }
  for (; i < bytes.length; i += 3) {
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    const bits = ((bytes[i] ?? 0) << 16) | ((b ?? 0) << 8) | (c ?? 0);
    encoded += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    encoded += b === undefined ? '=' : ALPHABET.charAt((bits >> 6) & 63);
    encoded += c === undefined ? '=' : ALPHABET.charAt(bits & 63);
  }
  return encoded;
}

/** The text whose base64 it is; `undefined` if it is not base64 of UTF-8. */
export function fromBase64(encoded: string): string | undefined {
  const digits = encoded.replace(/\s/g, '').replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 6) / 8));
  let bits = 0;
  let count = 0;
  let length = 0;
  for (let i = 0; i < digits.length; i++) {
    const value = VALUES[digits.charCodeAt(i)];
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[length++] = (bits >> count) & 255;
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
