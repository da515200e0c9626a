const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
const REFUSED = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const UNPARSED = "unable to parse quantity's suffix";

/**
 * A quantity as written in JSON (`"100m"`, `1`, `1.5`), in the form the API server gives back: numbers as strings.
 * Models kubernetes v1.34 apimachinery pkg/api/resource Quantity.UnmarshalJSON (without its rounding to canonical form
 * of fractions).
 */
export function decodeQuantity(raw: unknown): { value: string; error?: never } | { value?: undefined; error: string } {
  const text = typeof raw === 'string' ? raw.trim() : String(raw);
  if (text === '') return { value: '0' };
  if (QUANTITY.test(text)) return { value: text };
  return { error: /^[+-]?[\d.]+[a-zA-Z]+$/.test(text) ? UNPARSED : REFUSED };
}
