/** One operation of RFC 6902. */
export interface JsonPatchOperation {
  op: 'add' | 'remove' | 'replace';
  path: string;
  value?: unknown;
}

/**
 * Operations that turn `from` into `to`; both plain JSON. OSM's own come in a random order (Go's map order): compare
 * after applying, never the operations.
 */
export function jsonPatch(from: unknown, to: unknown, path = ''): JsonPatchOperation[] {
  if (Array.isArray(from) && Array.isArray(to)) return arrayPatch(from, to, path);
  if (isObject(from) && isObject(to)) return objectPatch(from, to, path);
  return from === to ? [] : [{ op: 'replace', path, value: to }];
}

function objectPatch(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
  path: string,
): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) operations.push({ op: 'remove', path: `${path}/${escaped(key)}` });
  }
  for (const [key, value] of Object.entries(to)) {
    const place = `${path}/${escaped(key)}`;
    if (Object.hasOwn(from, key)) operations.push(...jsonPatch(from[key], value, place));
    else operations.push({ op: 'add', path: place, value });
  }
  return operations;
}

function arrayPatch(from: readonly unknown[], to: readonly unknown[], path: string): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  const common = Math.min(from.length, to.length);
  for (let i = 0; i < common; i++) operations.push(...jsonPatch(from[i], to[i], `${path}/${i}`));
  for (let i = common; i < to.length; i++) operations.push({ op: 'add', path: `${path}/${i}`, value: to[i] });
  for (let i = from.length - 1; i >= common; i--) operations.push({ op: 'remove', path: `${path}/${i}` });
  return operations;
}

/** RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
