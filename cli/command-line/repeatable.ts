/** An option that may be given several times: what it had. */
export function list(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

export function count(_: string, before: number): number {
  return before + 1;
}
