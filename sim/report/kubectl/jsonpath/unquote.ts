const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))|(["'])|\\$/gsu;

/** A string in single or double quotes, with Go's escapes; undefined if it is none. */
export function unquote(quoted: string): string | undefined {
  const quote = quoted[0];
  const body = quoted.slice(1, -1);
  if (!body.includes('\\')) return body.includes(quote ?? '') ? undefined : body;
  let valid = true;
  const text = body.replace(ESCAPE, (_, hex, short, long, octal, letter, bare) => {
    const code = hex ?? short ?? long;
    if (code !== undefined && Number.parseInt(code, 16) <= 0x10ffff)
      return String.fromCodePoint(Number.parseInt(code, 16));
    if (octal !== undefined && Number.parseInt(octal, 8) < 256) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (letter !== undefined && (letter === quote || letter in SIMPLE)) return SIMPLE[letter] ?? letter;
    if (bare !== undefined && bare !== quote) return bare;
    valid = false;
    return '';
  });
  return valid ? text : undefined;
}
