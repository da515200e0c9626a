import schema from '../../scenario.schema.json' with { type: 'json' };
import { parseDuration } from '../core/duration.ts';
import { LabError, type SourceLocation } from '../core/errors.ts';
import type { FieldPath } from '../kube/decoding/decode-object.ts';
import { nearestName } from '../kube/decoding/nearest-name.ts';
import type { YamlDocument } from '../kube/decoding/yaml-file.ts';
import { checkJson, type JsonSchema, type SchemaIssue } from './json-schema-check.ts';
import type { ScenarioFile } from './schema.ts';
import { DURATION_PATTERN, PATTERN_HINTS } from './words.ts';

/**
 * What a scenario's fields say, durations in milliseconds; or everything that is wrong with them, with place and hint.
 * Reads the JSON Schema that is made of schema.ts: the library behind that takes longer to load than most runs last.
 */
export function checkScenario(
  value: unknown,
  document: YamlDocument,
): { scenario: ScenarioFile | undefined; errors: LabError[] } {
  const issues = checkJson(schema as JsonSchema, value);
  if (issues.length > 0) return { scenario: undefined, errors: issues.map((issue) => errorOf(issue, document)) };
  return { scenario: inMilliseconds(schema as JsonSchema, value) as ScenarioFile, errors: [] };
}

/** The value with its durations, found by the schema's pattern for them, as milliseconds. */
function inMilliseconds(part: JsonSchema, value: unknown): unknown {
  if (part.anyOf !== undefined) {
    const branch = part.anyOf.find((candidate) => checkJson(candidate, value).length === 0);
    return branch === undefined ? value : inMilliseconds(branch, value);
  }
  if (part.pattern === DURATION_PATTERN) return parseDuration(value as string);
  if (Array.isArray(value)) {
    return value.map((item, i) => inMilliseconds(part.prefixItems?.[i] ?? (part.items || {}), item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const { properties = {}, additionalProperties } = part;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const field = Object.hasOwn(properties, name) ? properties[name] : additionalProperties || undefined;
      return [name, field === undefined ? inner : inMilliseconds(field, inner)];
    }),
  );
}

function errorOf(issue: SchemaIssue, document: YamlDocument): LabError {
  const { path, actual } = issue;
  const location = document.locate(path, 'value');
  switch (issue.kind) {
    case 'unknown':
      return unknownField(path, issue.known, document);
    case 'missing':
      return missingField(path, document);
    case 'type':
      return wrongType(issue, location);
    case 'value':
      return wrongValue(path, actual, issue.allowed.map(String), location);
    case 'pattern':
      if (issue.pattern === DURATION_PATTERN) return noDuration(path, actual, location);
      return invalidValue(path, actual, PATTERN_HINTS[issue.pattern] ?? `It must fit ${issue.pattern}.`, location);
    case 'range':
      return invalidValue(path, actual, issue.text, location);
  }
}

function unknownField(path: FieldPath, known: readonly string[], document: YamlDocument): LabError {
  const name = String(path.at(-1));
  const nearest = nearestName(name, known);
  const owner = path.length === 1 ? 'a scenario' : nameOf(path.slice(0, -1));
  return new LabError('SCENARIO_UNKNOWN_FIELD', `"${name}" is not a field of ${owner}`, {
    location: document.locate(path, 'key'),
    hint: nearest === undefined ? `Its fields: ${known.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}

function missingField(path: FieldPath, document: YamlDocument): LabError {
  const owner = path.length === 1 ? 'the scenario' : nameOf(path.slice(0, -1));
  return new LabError('SCENARIO_MISSING_FIELD', `${owner} has no "${String(path.at(-1))}"`, {
    location: document.locate(path.slice(0, -1), 'key'),
    hint: path.at(-1) === 'duration' ? 'Say how long the run goes on: duration: 60s.' : 'Add it.',
  });
}

function wrongType(
  { path, actual, expected }: Extract<SchemaIssue, { kind: 'type' }>,
  location: SourceLocation,
): LabError {
  const part = partAt(schema as JsonSchema, path);
  if (typeof actual === 'number' && part?.pattern === DURATION_PATTERN) return noDuration(path, actual, location);
  const wanted = expected.map((type) => TYPE_WORDS[type] ?? type).join(' or ');
  const hint = expected.length === 1 && expected[0] === 'string' && isScalar(actual) ? 'Put it in quotes.' : undefined;
  return new LabError('SCENARIO_INVALID_TYPE', `${nameOf(path)} must be ${wanted}, not ${describe(actual)}`, {
    location,
    ...(hint && { hint }),
  });
}

/** The schema of a field, if there is only one. */
function partAt(part: JsonSchema | undefined, path: FieldPath): JsonSchema | undefined {
  if (path.length === 0 || part === undefined) return part;
  const [step, ...rest] = path as [string | number, ...(string | number)[]];
  if (part.anyOf !== undefined)
    return part.anyOf.map((branch) => partAt(branch, path)).find((found) => found !== undefined);
  if (typeof step === 'number') return partAt(part.prefixItems?.[step] ?? (part.items || undefined), rest);
  return partAt(part.properties?.[step] ?? (part.additionalProperties || undefined), rest);
}

function noDuration(path: FieldPath, actual: unknown, location: SourceLocation): LabError {
  const hint = typeof actual === 'number' ? `Did you mean ${actual}s?` : 'Write a Go duration: 500ms, 20s, 1m30s.';
  const message = `${nameOf(path)}: ${describe(actual)} is not a duration`;
  return new LabError('SCENARIO_INVALID_DURATION', message, { location, hint });
}

function wrongValue(path: FieldPath, actual: unknown, allowed: readonly string[], location: SourceLocation): LabError {
  const nearest = typeof actual === 'string' ? nearestName(actual, allowed) : undefined;
  const choice = allowed.length === 1 ? `It must be ${allowed[0]}.` : `It must be one of ${allowed.join(', ')}.`;
  return invalidValue(path, actual, nearest === undefined ? choice : `Did you mean ${nearest}?`, location);
}

function invalidValue(path: FieldPath, actual: unknown, hint: string, location: SourceLocation): LabError {
  return new LabError('SCENARIO_INVALID_VALUE', `${nameOf(path)} cannot be ${describe(actual)}`, { location, hint });
}

const TYPE_WORDS: Record<string, string> = {
  array: 'a list',
  object: 'an object',
  integer: 'a whole number',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

/** `kubelet`, `steps[2]`: the nearest field with a name, and which item of a list. */
function nameOf(path: FieldPath): string {
  const last = path.at(-1);
  if (typeof last !== 'number') return String(last ?? 'the scenario');
  return `${String(path.at(-2))}[${last}]`;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object';
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `"${value}"` : String(value);
}
