const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const SUFFIX_OF_POWER = new Map([...DECIMAL].map(([suffix, power]) => [power, suffix]));
const NANO = 1_000_000_000n;
const MAX_BINARY = (2n ** 63n - 1n) * NANO;
/** Digits that surely fit into Go's int64. */
const INT64_DIGITS = 18;

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

interface ParsedQuantity {
  negative: boolean;
  /** Digits before the point without leading zeros, and after it. */
  whole: string;
  fraction: string;
  /** Power of 1024, of 10; `exponential`: written `1e3`. */
  scale: { binary: number; decimal: number; exponential: boolean };
}

/**
 * A resource quantity as Go writes it back: `1000m` → `1`, `1024Mi` → `1Gi`, `0.5` → `500m`. Amounts below a nano are
 * rounded up. A text that is none gives Go's error.
 * Models apimachinery v0.26 pkg/api/resource ParseQuantity and Quantity.String.
 */
export function canonicalQuantity(text: string): { text: string } | { error: string } {
  const trimmed = text.trim();
  const parsed = parse(trimmed);
  if ('error' in parsed) return parsed;
  if (isKept(parsed)) return { text: trimmed };
  const nanos = toNanos(parsed);
  if (nanos === 0n) return { text: '0' };
  const { binary, exponential } = parsed.scale;
  const asBinary = binary > 0 && nanos % NANO === 0n && nanos / NANO >= 1024n;
  const written = asBinary ? binaryForm(nanos / NANO) : decimalForm(nanos, exponential);
  return { text: `${parsed.negative ? '-' : ''}${written}` };
}

function parse(text: string): ParsedQuantity | { error: string } {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/.exec(text);
  if (text === '' || match === null) return { error: WRONG_FORMAT };
  const [, sign, digits = '', fraction = '', suffix = ''] = match;
  const scale = scaleOf(suffix);
  if (scale === undefined) return { error: WRONG_SUFFIX };
  return { negative: sign === '-', whole: digits === '' ? '0' : digits, fraction, scale };
}

function scaleOf(suffix: string): ParsedQuantity['scale'] | undefined {
  const decimal = DECIMAL.get(suffix);
  if (decimal !== undefined) return { binary: 0, decimal, exponential: false };
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return { binary, decimal: 0, exponential: false };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  // Beyond 99 Go has overflowed long since.
  if (exponent === undefined || exponent.length > 4) return undefined;
  return { binary: 0, decimal: Number(exponent), exponential: true };
}

/** Go keeps the text as it is where it looks canonical at a glance. */
function isKept({ whole, fraction, scale }: ParsedQuantity): boolean {
  if (scale.binary > 0) {
    const fits = 15 - whole.length - Math.trunc(scale.binary * 3) - 1 >= 0;
    return fits && fraction === '' && BigInt(whole) % 8n !== 0n;
  }
  const digits = `${whole}${fraction}`;
  const power = scale.decimal - fraction.length;
  if (digits.length > INT64_DIGITS || power < -9) return false;
  return power % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

function toNanos({ whole, fraction, scale }: ParsedQuantity): bigint {
  const power = scale.decimal + 9 - fraction.length;
  const digits = BigInt(`${whole}${fraction}`) * 1024n ** BigInt(scale.binary);
  const divisor = power < 0 ? 10n ** BigInt(-power) : 1n;
  const nanos = power < 0 ? (digits + divisor - 1n) / divisor : digits * 10n ** BigInt(power);
  return scale.binary > 0 && nanos > MAX_BINARY ? MAX_BINARY : nanos;
}

function binaryForm(units: bigint): string {
  let power = 0;
  while (power < BINARY.length - 1 && units % 1024n === 0n) {
    units /= 1024n;
    power++;
  }
  return `${units}${BINARY[power]}`;
}

function decimalForm(nanos: bigint, exponential: boolean): string {
  let power = -9;
  while (nanos % 1000n === 0n) {
    nanos /= 1000n;
    power += 3;
  }
  // Past exa Go has no suffix and writes none.
  if (!exponential) return `${nanos}${SUFFIX_OF_POWER.get(power) ?? ''}`;
  return power === 0 ? `${nanos}` : `${nanos}e${power}`;
}
