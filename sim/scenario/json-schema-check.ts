import type { FieldPath } from '../kube/decoding/decode-object.ts';

/** The part of JSON Schema that scenario.schema.json is written in. */
export interface JsonSchema {
  type?: string | readonly string[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | false;
  items?: JsonSchema | false;
  prefixItems?: readonly JsonSchema[];
  minItems?: number;
  maxItems?: number;
  anyOf?: readonly JsonSchema[];
  enum?: readonly unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
}

/** Something that a schema does not allow. */
export type SchemaIssue = { path: FieldPath; actual: unknown } & (
  | { kind: 'unknown'; known: readonly string[] }
  | { kind: 'missing' }
  | { kind: 'type'; expected: readonly string[] }
  | { kind: 'value'; allowed: readonly unknown[] }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'range'; text: string }
);

/**
 * Everything in a JSON value that a schema does not allow. Of several alternatives, the issues of the one that the value
 * was most likely meant to be.
 */
export function checkJson(schema: JsonSchema, actual: unknown, path: FieldPath = []): SchemaIssue[] {
  if (schema.anyOf !== undefined) return checkAny(schema.anyOf, actual, path);
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(actual, type))) {
    return [{ kind: 'type', path, actual, expected: types }];
  }
  if (schema.const !== undefined && actual !== schema.const) {
    return [{ kind: 'value', path, actual, allowed: [schema.const] }];
  }
  if (schema.enum !== undefined && !schema.enum.includes(actual)) {
    return [{ kind: 'value', path, actual, allowed: schema.enum }];
  }
  if (typeof actual === 'string') return checkText(schema, actual, path);
  if (typeof actual === 'number') return checkNumber(schema, actual, path);
  if (Array.isArray(actual)) return checkList(schema, actual, path);
  if (isRecord(actual)) return checkObject(schema, actual, path);
  return [];
}

function typesOf(schema: JsonSchema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  return typeof value === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkText(schema: JsonSchema, actual: string, path: FieldPath): SchemaIssue[] {
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(actual)) {
    return [{ kind: 'pattern', path, actual, pattern: schema.pattern }];
  }
  const short = actual.length < (schema.minLength ?? 0);
  return short ? [{ kind: 'range', path, actual, text: 'It must not be empty.' }] : [];
}

function checkNumber(schema: JsonSchema, actual: number, path: FieldPath): SchemaIssue[] {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  if (actual < minimum) return [{ kind: 'range', path, actual, text: `It must be ${minimum} or more.` }];
  return actual > maximum ? [{ kind: 'range', path, actual, text: `It must be ${maximum} or less.` }] : [];
}

function checkList(schema: JsonSchema, actual: readonly unknown[], path: FieldPath): SchemaIssue[] {
  const { prefixItems = [], items, minItems = prefixItems.length } = schema;
  const maxItems = schema.maxItems ?? (prefixItems.length > 0 ? prefixItems.length : Number.POSITIVE_INFINITY);
  if (actual.length < minItems || actual.length > maxItems) {
    const text = minItems === maxItems ? `It must have ${minItems} items.` : `It must have ${minItems} items or more.`;
    return [{ kind: 'range', path, actual, text }];
  }
  return actual.flatMap((item, i) => {
    const inner = prefixItems[i] ?? items;
    return inner === undefined || inner === false ? [] : checkJson(inner, item, [...path, i]);
  });
}

function checkObject(schema: JsonSchema, actual: Record<string, unknown>, path: FieldPath): SchemaIssue[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const issues: SchemaIssue[] = [];
  for (const name of required) {
    if (!Object.hasOwn(actual, name)) issues.push({ kind: 'missing', path: [...path, name], actual: undefined });
  }
  for (const [name, value] of Object.entries(actual)) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const place = [...path, name];
    if (inner === false) issues.push({ kind: 'unknown', path: place, actual: value, known: Object.keys(properties) });
    else if (inner !== undefined) issues.push(...checkJson(inner, value, place));
  }
  return issues;
}

function checkAny(branches: readonly JsonSchema[], actual: unknown, path: FieldPath): SchemaIssue[] {
  const results = branches.map((branch) => checkJson(branch, actual, path));
  if (results.some((issues) => issues.length === 0)) return [];
  // A branch of the value's own type was meant; the others are about something else.
  const meant = results.filter((issues) => !issues.some((issue) => issue.kind === 'type' && issue.path === path));
  const [closest] = meant.toSorted((a, b) => a.length - b.length);
  if (closest !== undefined) return closest;
  const expected = results.flatMap((issues) =>
    issues.flatMap((issue) => (issue.kind === 'type' ? issue.expected : [])),
  );
  return [{ kind: 'type', path, actual, expected: [...new Set(expected)] }];
}
