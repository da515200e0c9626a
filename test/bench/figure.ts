/** One measured figure and what it must not exceed. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  budget: number;
  /** Of what was measured several times: `value` is the median, this the least and the most. */
  range?: readonly [number, number];
}

/** The median of several measurements, with their range. */
export function medianOf(times: readonly number[]): Pick<Figure, 'value' | 'range'> {
  const sorted = times.toSorted((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { value, range: [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN] };
}
