import type { z } from 'zod';
import { LabError } from '../core/errors.ts';
import type { FieldPath } from '../kube/decoding/decode-object.ts';
import { nearestName } from '../kube/decoding/nearest-name.ts';
import type { YamlDocument } from '../kube/decoding/yaml-file.ts';
import { fieldsAt } from './json-schema-fields.ts';
import { DURATION_ERROR } from './schema/scalars.ts';
import { type ScenarioFile, scenarioJsonSchema, scenarioSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** What a scenario's fields say, durations in milliseconds; or everything that is wrong with them, with place and hint. */
export function checkScenario(
  value: unknown,
  document: YamlDocument,
): { scenario: ScenarioFile | undefined; errors: LabError[] } {
  const result = scenarioSchema.safeParse(value);
  if (result.success) return { scenario: result.data, errors: [] };
  return { scenario: undefined, errors: result.error.issues.flatMap((issue) => errorsOf(issue, [], value, document)) };
}

function errorsOf(issue: Issue, base: FieldPath, root: unknown, document: YamlDocument): LabError[] {
  const path = [...base, ...(issue.path as FieldPath)];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField([...path, key], document));
  if (issue.code === 'invalid_union') {
    const branch = closestBranch(issue.errors as Issue[][]);
    if (branch !== undefined) return branch.flatMap((inner) => errorsOf(inner, path, root, document));
  }
  const actual = path.reduce<unknown>((at, step) => (at as Record<string | number, unknown> | undefined)?.[step], root);
  if (actual === undefined) return [missingField(path, document)];
  const location = document.locate(path, 'value');
  if (issue.message === DURATION_ERROR) return [durationError(path, actual, location)];
  if (issue.code === 'invalid_union') {
    const message = `${nameOf(path)} cannot be ${describe(actual)}`;
    return [new LabError('SCENARIO_INVALID_TYPE', message, { location, hint: unionHint(issue) })];
  }
  if (issue.code === 'invalid_type') {
    const message = `${nameOf(path)} must be ${article(issue.expected)}, not ${describe(actual)}`;
    const hint = issue.expected === 'string' ? 'Put it in quotes.' : undefined;
    return [new LabError('SCENARIO_INVALID_TYPE', message, { location, ...(hint && { hint }) })];
  }
  if (issue.code === 'invalid_value') return [invalidValue(path, actual, issue.values.map(String), location)];
  const custom = issue.message.startsWith('Invalid') || issue.message.startsWith('Too ') ? undefined : issue.message;
  return [
    new LabError('SCENARIO_INVALID_VALUE', `${nameOf(path)} cannot be ${describe(actual)}`, {
      location,
      hint: custom ?? `${issue.message}.`,
    }),
  ];
}

function unknownField(path: FieldPath, document: YamlDocument): LabError {
  const name = String(path.at(-1));
  const known = fieldsAt(scenarioJsonSchema(), path.slice(0, -1));
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

function durationError(path: FieldPath, actual: unknown, location: LabError['location']): LabError {
  const suggestion =
    typeof actual === 'number' ? `Did you mean ${actual}s?` : 'Write a Go duration: 500ms, 20s, 1m30s.';
  return new LabError('SCENARIO_INVALID_DURATION', `${nameOf(path)}: ${describe(actual)} is not a duration`, {
    ...(location && { location }),
    hint: suggestion,
  });
}

function invalidValue(path: FieldPath, actual: unknown, values: string[], location: LabError['location']): LabError {
  const nearest = typeof actual === 'string' ? nearestName(actual, values) : undefined;
  const choice = values.length === 1 ? `It must be ${values[0]}.` : `It must be one of ${values.join(', ')}.`;
  return new LabError('SCENARIO_INVALID_VALUE', `${nameOf(path)} cannot be ${describe(actual)}`, {
    ...(location && { location }),
    hint: nearest === undefined ? choice : `Did you mean ${nearest}?`,
  });
}

/** The branch that is about the inside of the value, not about its type: that is what was meant. */
function closestBranch(branches: readonly Issue[][]): Issue[] | undefined {
  const inner = branches.filter((issues) => !issues.some((i) => i.code === 'invalid_type' && i.path.length === 0));
  if (inner.length === 1) return inner[0];
  return inner.toSorted((a, b) => a.length - b.length).find((issues) => issues.every((i) => i.path.length > 0));
}

function unionHint(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const wanted = (issue.errors as Issue[][]).flatMap((issues) =>
    issues.map((inner) => {
      if (inner.code === 'invalid_type') return article(inner.expected);
      if (inner.code === 'invalid_value') return inner.values.map(String).join(' or ');
      return inner.message;
    }),
  );
  return `It must be ${[...new Set(wanted)].join(' or ')}.`;
}

/** `step 2's app`, `kubelet`: the nearest field with a name, and which item of a list. */
function nameOf(path: FieldPath): string {
  const last = path.at(-1);
  if (typeof last !== 'number') return String(last ?? 'the scenario');
  return `${String(path.at(-2))}[${last}]`;
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function article(type: string): string {
  if (type === 'array' || type === 'tuple') return 'a list';
  if (type === 'object' || type === 'record') return 'an object';
  if (type === 'int') return 'a whole number';
  return `a ${type}`;
}
