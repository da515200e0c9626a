/** What a plain (unquoted) scalar of a YAML file stands for. */
export type ScalarResolver = (text: string) => string | number | boolean | null;

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const TRUE_11 = new Set(['y', 'yes', 'true', 'on']);
const FALSE_11 = new Set(['n', 'no', 'false', 'off']);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/**
 * YAML 1.1 as kubectl reads it: `y`, `no`, `on` are booleans, `010` and `0o10` are 8, `8_080` is a number, `12:30` is not.
 * Models kubernetes v1.34 sigs.k8s.io/yaml/goyaml.v2 resolve.go.
 */
export const yaml11Scalar: ScalarResolver = (text) => {
  if (NULLS.has(text)) return null;
  const word = wordOf(text);
  if (TRUE_11.has(word)) return true;
  if (FALSE_11.has(word)) return false;
  if (!/^[-+.0-9]/.test(text)) return text;
  const plain = text.replaceAll('_', '');
  return goInteger(plain) ?? (FLOAT.test(plain) ? Number(plain) : text);
};

/** The YAML 1.2 core schema: only `true` and `false` are booleans, `0o10` is 8 and `010` is 10. */
export const yaml12Scalar: ScalarResolver = (text) => {
  if (NULLS.has(text)) return null;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  return FLOAT.test(text) ? Number(text) : text;
};

/** `yes`, `Yes` and `YES` are words of YAML 1.1, `yEs` is not. */
function wordOf(text: string): string {
  const lower = text.toLowerCase();
  const capital = lower.charAt(0).toUpperCase() + lower.slice(1);
  return text === lower || text === capital || text === lower.toUpperCase() ? lower : '';
}

/** strconv.ParseInt with base 0. */
function goInteger(text: string): number | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  let value: number;
  if (hex !== undefined) value = Number.parseInt(hex, 16);
  else if (binary !== undefined) value = Number.parseInt(binary, 2);
  else if (octal !== undefined) value = Number.parseInt(octal, 8);
  else value = Number(decimal);
  return sign === '-' ? 0 - value : value;
}
