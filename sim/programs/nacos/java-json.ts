/** A Java double: printed with a decimal point always, as Jackson does. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** JSON as Jackson writes it, except the order of maps: doubles keep their point, undefined fields are left out. */
export function toJson(value: unknown): string {
  if (value instanceof JavaDouble) return doubleText(value.value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${toJson(field)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Models java.lang.Double.toString for the sizes a weight has. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '0', exponent = '0'] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
