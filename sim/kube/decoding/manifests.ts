import { LabError, LabErrors, type SourceLocation } from '../../core/errors.ts';
import { defaultObject } from '../defaulting.ts';
import { kindOf } from '../objects.ts';
import type { NewObject } from '../store.ts';
import { validateObject } from '../validation.ts';
import { type DecodingProblem, decodeObject, type FieldPath } from './decode-object.ts';
import { nearestName } from './nearest-name.ts';
import { fieldsAt, tableOf } from './type-tables.ts';
import { readYaml, type YamlDocument } from './yaml-file.ts';
import { yaml11Scalar } from './yaml-scalar.ts';

/** One object of a manifest file, decoded as the API server does, with the places of its fields. */
export interface Manifest {
  /** As written, decoded: no defaults yet. */
  object: NewObject;
  /** Where a field's key (default) or value lies. */
  locate(path: FieldPath, part?: 'key' | 'value'): SourceLocation;
}

export interface DecodedManifests {
  manifests: readonly Manifest[];
  /** Everything wrong with the file; objects that are wrong are not among the manifests. */
  errors: readonly LabError[];
}

export interface ManifestOptions {
  /** Codes begin with it: `MANIFEST` (default) or, for objects within a scenario file, `SCENARIO`. */
  codePrefix?: 'MANIFEST' | 'SCENARIO';
  /** Also say what the API server would refuse once defaults are filled in. Default true. */
  validate?: boolean;
}

/**
 * The objects of a manifest file (several documents, `kind: List`), read as kubectl does: YAML 1.1, of a key given
 * twice the last one wins. Unknown fields, wrong types and what the API server's validation refuses are errors with
 * codes `YAML_SYNTAX`, `MANIFEST_EMPTY`, `MANIFEST_NO_KIND`, `MANIFEST_UNKNOWN_FIELD`, `MANIFEST_INVALID_TYPE`,
 * `MANIFEST_INVALID`. Never throws.
 */
export function decodeManifests(text: string, file: string, options: ManifestOptions = {}): DecodedManifests {
  const yaml = readYaml(text, { file });
  if (yaml.errors.length > 0) return { manifests: [], errors: yaml.errors };
  if (yaml.documents.length === 0) {
    const error = new LabError('MANIFEST_EMPTY', `${file} holds no object`, {
      location: { file, line: 1, column: 1 },
      hint: 'Put a Kubernetes manifest or a Scenario into it.',
    });
    return { manifests: [], errors: [error] };
  }
  return joined(yaml.documents.map((document) => decodeAt(document, [], options)));
}

/** The object (or List) at a path of a YAML document. */
export function decodeAt(document: YamlDocument, path: FieldPath, options: ManifestOptions = {}): DecodedManifests {
  let raw: unknown;
  try {
    raw = document.value(yaml11Scalar, path);
  } catch (error) {
    return { manifests: [], errors: errorsOf(error) };
  }
  if (isRecord(raw) && raw.kind === 'List' && Array.isArray(raw.items)) {
    return joined(raw.items.map((item, i) => decodeOne(item, document, [...path, 'items', i], options)));
  }
  return decodeOne(raw, document, path, options);
}

function joined(parts: readonly DecodedManifests[]): DecodedManifests {
  return { manifests: parts.flatMap((part) => part.manifests), errors: parts.flatMap((part) => part.errors) };
}

function errorsOf(error: unknown): readonly LabError[] {
  if (error instanceof LabErrors) return error.errors;
  if (error instanceof LabError) return [error];
  throw error;
}

function decodeOne(raw: unknown, document: YamlDocument, base: FieldPath, options: ManifestOptions): DecodedManifests {
  const prefix = options.codePrefix ?? 'MANIFEST';
  const locate = (path: FieldPath, part: 'key' | 'value' = 'key') => document.locate([...base, ...path], part);
  const missing = isRecord(raw) ? ['apiVersion', 'kind', 'metadata'].find((field) => !isGiven(raw[field])) : 'kind';
  if (!isRecord(raw) || missing !== undefined) {
    const message = isRecord(raw)
      ? `${missing} is missing: this is no Kubernetes object`
      : 'This is no Kubernetes object';
    const hint = 'An object has apiVersion, kind and metadata.';
    return {
      manifests: [],
      errors: [new LabError('MANIFEST_NO_KIND', message, { location: locate([], 'value'), hint })],
    };
  }
  const decoded = decodeObject(raw, { sorted: true });
  const object = decoded.object as NewObject;
  // Without its values of wrong types an object is another one: what would be said of it misleads.
  const validated = options.validate !== false && decoded.typeErrors.length === 0;
  const errors = [
    ...decoded.typeErrors.map((problem) => typeError(problem, raw, `${prefix}_INVALID_TYPE`, locate)),
    ...decoded.unknownFields.map((problem) => unknownField(problem, raw, `${prefix}_UNKNOWN_FIELD`, locate)),
    ...(validated ? refusals(object, locate, decoded.unknownFields) : []),
  ].sort((a, b) => line(a) - line(b));
  return { manifests: errors.length > 0 ? [] : [{ object, locate }], errors };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function line(error: LabError): number {
  return error.location?.line ?? 0;
}

function typeError(problem: DecodingProblem, raw: Record<string, unknown>, code: string, locate: Manifest['locate']) {
  const message = `${raw.kind} in version "${raw.apiVersion}" cannot be handled as a ${raw.kind}: ${problem.text}`;
  const value = problem.path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)?.[step], raw);
  return new LabError(code, message, { location: locate(problem.path, 'value'), hint: typeHint(problem.text, value) });
}

function typeHint(text: string, value: unknown): string {
  const wanted = / of type (\S+)$/.exec(text)?.[1] ?? '';
  if (wanted === 'string' && typeof value === 'boolean') {
    return 'Put it in quotes: kubectl reads YAML 1.1, where y, yes, no, on and off are booleans.';
  }
  if (wanted === 'string') return 'Put it in quotes.';
  if (wanted.startsWith('int')) return 'Write a whole number, without quotes or unit.';
  if (wanted === 'bool') return 'Write true or false, without quotes.';
  if (wanted.startsWith('[]')) return 'Write a list.';
  return 'Write the fields of an object here.';
}

function unknownField(
  problem: DecodingProblem,
  raw: Record<string, unknown>,
  code: string,
  locate: Manifest['locate'],
) {
  const name = String(problem.path.at(-1));
  const owner = [...problem.path.slice(0, -1)].findLast((step) => typeof step === 'string') ?? String(raw.kind);
  const known = fieldsAt(tableOf(raw) ?? '', problem.path.slice(0, -1));
  const nearest = nearestName(name, known);
  return new LabError(code, `"${name}" is not a field of ${owner}`, {
    location: locate(problem.path, 'key'),
    hint: nearest === undefined ? `Its fields: ${shortList(known)}.` : `Did you mean ${nearest}?`,
  });
}

function shortList(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, 12);
  return names.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

/**
 * What the API server would say of the object once it has its defaults. What is missing beside an unknown field is not
 * told: most likely it is that field, misspelt.
 */
function refusals(
  object: NewObject,
  locate: Manifest['locate'],
  unknownFields: readonly DecodingProblem[],
): LabError[] {
  const namespaced = kindOf(object as never).namespaced;
  const metadata = namespaced ? { namespace: 'default', ...object.metadata } : object.metadata;
  const defaulted = defaultObject({ ...object, metadata });
  const misspelt = new Set(unknownFields.map(({ path }) => path.slice(0, -1).join('.')));
  const isMisspelt = (path: FieldPath) => misspelt.has(path.join('.')) || misspelt.has(path.slice(0, -1).join('.'));
  return validateObject(defaulted)
    .filter(({ text, field }) => !(text.includes('Required value') && isMisspelt(pathOf(field))))
    .map(
      (error) =>
        new LabError(
          'MANIFEST_INVALID',
          `The ${object.kind} "${object.metadata.name ?? ''}" is invalid: ${error.text}`,
          {
            location: locate(pathOf(error.field), 'key'),
            hint: 'The API server refuses this.',
          },
        ),
    );
}

/** The steps of `spec.containers[0].name`, and of `limits[example.com/x]`. */
function pathOf(field: string): FieldPath {
  return [...field.matchAll(/\[([^\]]*)\]|[^.[]+/g)].map(([name, key]) => {
    if (key === undefined) return name;
    return /^\d+$/.test(key) ? Number(key) : key;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
