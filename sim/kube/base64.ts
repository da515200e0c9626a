const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 of the text's UTF-8 bytes, as Secret data is written. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    encoded += `${ALPHABET[bits >> 18]}${ALPHABET[(bits >> 12) & 63]}`;
    encoded += b === undefined ? '=' : ALPHABET[(bits >> 6) & 63];
    encoded += c === undefined ? '=' : ALPHABET[bits & 63];
  }
  return encoded;
}

/** The text whose base64 it is; `undefined` if it is not base64 of UTF-8. */
export function fromBase64(encoded: string): string | undefined {
  const digits = encoded.replace(/\s/g, '').replace(/=+$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 255);
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
