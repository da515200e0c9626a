const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

/** Smaller parts than these are rounded up. */
const NANOS = 1_000_000_000n;
/** Digits that Go's fast path takes, of decimal and of binary quantities without a suffix. */
const FAST_DIGITS = { 10: 18, 2: 14 };

interface Parts {
  negative: boolean;
  /** Without leading zeros. */
  whole: string;
  fraction: string;
  suffix: string;
}

/** The number a quantity stands for (`64Mi`, `500m`, `1e3`); undefined if it is none. Models apimachinery resource.ParseQuantity. */
export function parseQuantity(text: string | number | undefined): number | undefined {
  const parts = text === undefined ? undefined : split(String(text));
  const exponent = parts && exponentOf(parts.suffix);
  if (parts === undefined || exponent === undefined) return undefined;
  const number = Number(`${parts.negative ? '-' : ''}${parts.whole}.${parts.fraction || '0'}${decimalTail(exponent)}`);
  return exponent.base === 2 ? number * 2 ** exponent.value : number;
}

/**
 * A quantity in the form that the API server stores and gives back: `0.5` is `500m`, `1024Mi` is `1Gi`, `1000` is `1k`.
 * `error` is Go's text. Models kubernetes v1.34 apimachinery pkg/api/resource ParseQuantity and Quantity.CanonicalizeBytes.
 */
export function canonicalQuantity(
  text: string,
): { value: string; error?: never } | { value?: undefined; error: string } {
  const parts = split(text);
  if (parts === undefined) return { error: WRONG_FORMAT };
  const exponent = exponentOf(parts.suffix);
  if (exponent === undefined) return { error: WRONG_SUFFIX };
  if (isKeptAsWritten(parts, exponent)) return { value: text };
  const nanos = nanosOf(parts, exponent);
  if (nanos === 0n) return { value: '0' };
  const sign = parts.negative ? '-' : '';
  if (exponent.base === 2 && nanos % NANOS === 0n && nanos >= 1024n * NANOS)
    return { value: sign + binary(nanos / NANOS) };
  return { value: sign + decimal(nanos, exponent.scientific) };
}

interface Exponent {
  base: 2 | 10;
  value: number;
  scientific: boolean;
}

function split(text: string): Parts | undefined {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/.exec(text);
  if (match === null || text === '') return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  return { negative: sign === '-', whole: whole || '0', fraction, suffix };
}

function exponentOf(suffix: string): Exponent | undefined {
  if (Object.hasOwn(DECIMAL, suffix)) return { base: 10, value: DECIMAL[suffix] as number, scientific: false };
  if (Object.hasOwn(BINARY, suffix)) return { base: 2, value: BINARY[suffix] as number, scientific: false };
  if (!/^[eE][+-]?\d+$/.test(suffix)) return undefined;
  return { base: 10, value: Number(suffix.slice(1)), scientific: true };
}

function decimalTail(exponent: Exponent): string {
  return exponent.base === 10 ? `e${exponent.value}` : '';
}

/** Go keeps what it takes for canonical already, which is a little more than is: `1.500` stays, `1.50` is `1500m`. */
function isKeptAsWritten({ whole, fraction }: Parts, { base, value }: Exponent): boolean {
  const digits = whole + fraction;
  const most = FAST_DIGITS[base] - (base === 2 ? Math.trunc(value * 0.3) : 0);
  if (digits.length > most) return false;
  if (base === 2) return fraction === '' && (BigInt(digits) & 7n) !== 0n;
  const scale = value - fraction.length;
  return scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

/** The size in nanos, rounded up. */
function nanosOf({ whole, fraction }: Parts, { base, value }: Exponent): bigint {
  const up = BigInt(base) ** BigInt(Math.max(0, value));
  const down = 10n ** BigInt(fraction.length) * BigInt(base) ** BigInt(Math.max(0, -value));
  return (BigInt(whole + fraction) * up * NANOS + down - 1n) / down;
}

function binary(units: bigint): string {
  let amount = units;
  let times = 0;
  while (amount % 1024n === 0n) {
    amount /= 1024n;
    times++;
  }
  return `${amount}${Object.keys(BINARY)[times - 1] ?? ''}`;
}

function decimal(nanos: bigint, scientific: boolean): string {
  let amount = nanos;
  let exponent = -9;
  while (amount % 1000n === 0n) {
    amount /= 1000n;
    exponent += 3;
  }
  if (scientific) return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  const suffix = Object.keys(DECIMAL).find((name) => DECIMAL[name] === exponent);
  return `${amount}${suffix ?? ''}`;
}
