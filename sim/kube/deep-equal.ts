/** True if two JSON values are equal; a field that is undefined counts as absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => deepEqual(item, b[index]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const name of Object.keys(left)) if (!deepEqual(left[name], right[name])) return false;
  for (const name of Object.keys(right)) if (left[name] === undefined && right[name] !== undefined) return false;
  return true;
}
