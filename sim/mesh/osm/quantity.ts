const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const DECIMAL: Readonly<Record<number, string>> = {
  [-9]: 'n',
  [-6]: 'u',
  [-3]: 'm',
  0: '',
  3: 'k',
  6: 'M',
  9: 'G',
  12: 'T',
  15: 'P',
  18: 'E',
};
const NANO = 1_000_000_000n;

/** What Go says of a text that is no quantity. */
export const QUANTITY_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/**
 * A resource quantity as Go writes it back: `1000m` → `1`, `1024Mi` → `1Gi`, `0.5` → `500m`; undefined if the text is
 * none. Amounts below a nano are rounded up.
 * Models apimachinery v0.36 pkg/api/resource Quantity.UnmarshalJSON and String.
 */
export function canonicalQuantity(text: string): string | undefined {
  const match = /^([+-]?)(\d+\.?\d*|\.\d+)(.*)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, number = '', suffix = ''] = match;
  if (suffix === '' && !/\.\d/.test(number)) return text.trim();
  const scale = scaleOf(suffix);
  if (scale === undefined) return undefined;
  const nanos = toNanos(number, scale);
  const exact = nanos % NANO === 0n;
  const binary = scale.binary > 0 && exact && nanos / NANO >= 1024n;
  const written = binary ? binaryForm(nanos / NANO) : decimalForm(nanos, scale.exponential);
  return (sign === '-' && nanos !== 0n ? '-' : '') + written;
}

interface Scale {
  /** Power of 1024. */
  binary: number;
  /** Power of 10. */
  decimal: number;
  /** Written `1e3` instead of `1k`. */
  exponential: boolean;
}

function scaleOf(suffix: string): Scale | undefined {
  const binary = BINARY.indexOf(suffix as (typeof BINARY)[number]);
  if (binary > 0) return { binary, decimal: 0, exponential: false };
  for (const [power, name] of Object.entries(DECIMAL)) {
    if (name === suffix) return { binary: 0, decimal: Number(power), exponential: false };
  }
  const exponent = /^[eE]([+-]?\d{1,2})$/.exec(suffix);
  return exponent === null ? undefined : { binary: 0, decimal: Number(exponent[1]), exponential: true };
}

function toNanos(number: string, scale: Scale): bigint {
  const [whole = '', fraction = ''] = number.split('.');
  const power = scale.decimal + 9 - fraction.length;
  const digits = BigInt(`${whole}${fraction}` || '0') * 1024n ** BigInt(scale.binary);
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
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
  if (nanos === 0n) return '0';
  let power = -9;
  while (power < 18 && nanos % 1000n === 0n) {
    nanos /= 1000n;
    power += 3;
  }
  if (!exponential) return `${nanos}${DECIMAL[power]}`;
  return power === 0 ? `${nanos}` : `${nanos}e${power}`;
}
