const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * The integer a text stands for. `ok` is false for a text that is none (value 0) and for one beyond int64 (value: the
 * nearest int64, which a caller that ignores the error goes on with).
 * Models Go 1.26 strconv.Atoi.
 */
export function atoi(text: string): { value: bigint; ok: boolean } {
  if (!/^[+-]?\d+$/.test(text)) return { value: 0n, ok: false };
  const value = BigInt(text.replace('+', ''));
  if (value > MAX_INT64) return { value: MAX_INT64, ok: false };
  return value < MIN_INT64 ? { value: MIN_INT64, ok: false } : { value, ok: true };
}

/** Models Go 1.26 strings.TrimSpace: U+0085 is a blank there, U+FEFF is none. */
export function trimSpace(text: string): string {
  return text.replace(/^(?:(?!\uFEFF)[\s\u0085])+|(?:(?!\uFEFF)[\s\u0085])+$/g, '');
}
