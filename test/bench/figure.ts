/** One measured figure and what it must not exceed. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  budget: number;
}
