const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * When an X.509 certificate (the base64 between its PEM lines) ends, ms since 1970; undefined if no validity is found in
 * it. It looks for the two times that stand side by side, UTCTime or GeneralizedTime, and verifies nothing else.
 */
export function expiresAt(certificate: string): number | undefined {
  const bytes = latin1(certificate);
  const time = '(?:\\x17\\x0d(\\d{12})Z|\\x18\\x0f(\\d{14})Z)';
  const [, , , utc, general] = new RegExp(`${time}${time}`).exec(bytes) ?? [];
  // Two digits of a year: 50 to 99 are 1950 to 1999 (RFC 5280).
  const text = general ?? (utc === undefined ? undefined : `${Number(utc.slice(0, 2)) < 50 ? '20' : '19'}${utc}`);
  if (text === undefined) return undefined;
  const [year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number) ?? [];
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** The bytes of base64 as characters 0 to 255. */
function latin1(base64: string): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const character of base64.replace(/[\s=]/g, '')) {
    bits = ((bits << 6) | DIGITS.indexOf(character)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += String.fromCharCode((bits >> count) & 0xff);
  }
  return text;
}
