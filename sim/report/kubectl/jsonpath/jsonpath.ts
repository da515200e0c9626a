import { LabError } from '../../../core/errors.ts';
import { compare } from './compare.ts';
import { type GoValue, goJson, goText, goType } from './go-value.ts';
import { type Path, type PathNode, parseTemplate, type Slice, type Template } from './parse.ts';

/**
 * What `kubectl get -o jsonpath=TEMPLATE` prints of an object: no line feed at the end but the template's own; a field that is
 * missing is nothing. Models kubernetes v1.34 client-go util/jsonpath/jsonpath.go.
 * @throws LabError USAGE for a template that is none, NOT_FOUND for one that does not fit the object (an index beyond a list).
 */
export function printJsonPath(template: string, object: object): string {
  const parts = parseTemplate(template);
  try {
    return printParts(parts, [object as GoValue], 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LabError('NOT_FOUND', `error executing jsonpath ${JSON.stringify(template)}: ${error.message}`);
  }
}

function printParts(parts: Template, values: readonly GoValue[], depth: number): string {
  let text = '';
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (typeof part === 'string') text += part;
    else if (says(part, 'end')) {
      if (depth === 0) throw new RangeError('not in range, nothing to end');
    } else if (says(part, 'range')) {
      const end = endOf(parts, at);
      for (const value of find(part, values)) text += printParts(parts.slice(at + 1, end), [value], depth + 1);
      // Who forgets the end has what follows once more, after the loop.
      if (end < parts.length) at = end;
    } else text += find(part, values).map(printed).join(' ');
  }
  return text;
}

function says(path: Path, name: string): boolean {
  return path.some((node) => node.type === 'identifier' && node.name === name);
}

/** Where the range that begins at `start` ends. */
function endOf(parts: Template, start: number): number {
  let depth = 0;
  for (let at = start; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (typeof part === 'string') continue;
    if (says(part, 'range')) depth++;
    else if (says(part, 'end') && --depth === 0) return at;
  }
  return parts.length;
}

function printed(value: GoValue): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? goJson(value) : goText(value);
}

function find(path: Path, values: readonly GoValue[]): readonly GoValue[] {
  return path.reduce((found, node) => step(node, found), values);
}

function step(node: PathNode, values: readonly GoValue[]): readonly GoValue[] {
  switch (node.type) {
    case 'text':
      return [node.text];
    case 'literal':
      return values.map(() => node.value);
    case 'field':
      return values.flatMap((value) =>
        isMap(value) && Object.hasOwn(value, node.name) ? [value[node.name] ?? null] : [],
      );
    case 'wildcard':
      return values.flatMap(children);
    case 'recursive':
      return values.flatMap(withDescendants);
    case 'slice':
      return sliced(values, node.slice);
    case 'union':
      return node.paths.flatMap((path) => find(path, values));
    case 'filter':
      return values.flatMap((value) => filtered(value, node));
    case 'identifier':
      if (node.name === 'range') return values;
      throw new RangeError(`unrecognized identifier ${node.name}`);
  }
}

function isMap(value: GoValue): value is { readonly [key: string]: GoValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function children(value: GoValue): readonly GoValue[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function withDescendants(value: GoValue): readonly GoValue[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  const inner = children(value);
  return inner.length === 0 ? [] : [value, ...inner.flatMap(withDescendants)];
}

function sliced(values: readonly GoValue[], slice: Slice): readonly GoValue[] {
  const found: GoValue[] = [];
  for (const value of values) {
    if (value === null) continue;
    const [from, to] = bounds(value, slice);
    // Go's way: after an empty slice nobody looks at the other lists.
    if (to === from) return found;
    const { step: by = 1 } = slice;
    if (by <= 0) throw new RangeError('step must be > 0');
    found.push(...(value as readonly GoValue[]).slice(from, to).filter((_, index) => index % by === 0));
  }
  return found;
}

function bounds(value: GoValue, { start, end, only }: Slice): readonly [number, number] {
  if (!Array.isArray(value)) throw new RangeError(`${goType(value)} is not array or slice`);
  const { length } = value;
  const from = start === undefined ? 0 : start < 0 ? start + length : start;
  const to = only ? endOfOne(start ?? 0, length) : end === undefined ? length : end < 0 ? end + length : end;
  if (to !== from) {
    if (from >= length || from < 0) throw outOfBounds(from, length);
    if (to > length || to < 0) throw outOfBounds(to - 1, length);
    if (from > to) throw new RangeError(`starting index ${from} is greater than ending index ${to}`);
  }
  return [from, to];
}

function outOfBounds(index: number, length: number): RangeError {
  return new RangeError(`array index out of bounds: index ${index}, length ${length}`);
}

/** `[-1]` goes from the last to the end. */
function endOfOne(start: number, length: number): number {
  return start < 0 ? start + 1 + length : start + 1;
}

function filtered(value: GoValue, { left, operator, right }: PathNode & { type: 'filter' }): readonly GoValue[] {
  if (!Array.isArray(value)) throw new RangeError(`${goText(value)} is not array or slice and cannot be filtered`);
  return value.filter((element: GoValue) => {
    if (operator === 'exists') return exists(left, element);
    const a = find(left, [element]);
    if (a.length === 0) return false;
    const b = a.length > 1 ? [] : find(right, [element]);
    if (a.length > 1 || b.length > 1) throw new RangeError('can only compare one element at a time');
    return b.length > 0 && compare(a[0] ?? null, operator, b[0] ?? null);
  });
}

/** A path that does not fit leads nowhere. */
function exists(path: Path, element: GoValue): boolean {
  try {
    return find(path, [element]).length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
