import { formatDuration, parseDuration } from '../core/duration.ts';
import type { FieldPath } from '../kube/decoding/decode-object.ts';

/** The first place where something is not as expected. */
export interface Mismatch {
  /** `status.containerStatuses[app].restartCount`. */
  path: string;
  expected: unknown;
  /** Undefined: the field is not there. */
  actual: unknown;
}

/** Fields by which items of lists are told apart. */
const LIST_KEYS: Record<string, string> = {
  containerStatuses: 'name',
  initContainerStatuses: 'name',
  ephemeralContainerStatuses: 'name',
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  env: 'name',
  ports: 'name',
  conditions: 'type',
  ownerReferences: 'name',
};

/**
 * The first difference between what is expected of an object and what it is; undefined if every field that is named
 * has its value. Lists whose items have a key match by key, others item by item; `null` means absent; `"/…/"` is a
 * regular expression; `">= 2"` and `"< 5s"` compare numbers and durations.
 */
export function mismatch(expected: unknown, actual: unknown, path = ''): Mismatch | undefined {
  if (expected === null) return actual === undefined || actual === null ? undefined : { path, expected, actual };
  if (Array.isArray(expected)) return listMismatch(expected, actual, path);
  if (typeof expected === 'object') return objectMismatch(expected as Record<string, unknown>, actual, path);
  return matchesScalar(expected, actual) ? undefined : { path, expected, actual };
}

/** One value against one that is expected, patterns and comparisons included. */
export function matchesScalar(expected: unknown, actual: unknown): boolean {
  if (expected === actual) return true;
  if (typeof expected !== 'string' || actual === undefined || actual === null) return false;
  const comparison = compileComparison(expected);
  if (comparison !== undefined) return comparison(actual);
  const pattern = compilePattern(expected);
  return pattern !== undefined && typeof actual !== 'object' && pattern.test(String(actual));
}

/** The first `/…/` below a value that is not a regular expression. */
export function badPattern(
  value: unknown,
  path: FieldPath,
): { path: FieldPath; text: string; problem: string } | undefined {
  if (typeof value === 'string' && isPattern(value)) {
    try {
      new RegExp(value.slice(1, value.lastIndexOf('/')), flagsOf(value));
    } catch (error) {
      return { path, text: value, problem: (error as Error).message };
    }
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = badPattern(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPattern(text: string): boolean {
  return /^\/.+\/[ims]*$/s.test(text);
}

function flagsOf(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

const patterns = new Map<string, RegExp | undefined>();

function compilePattern(text: string): RegExp | undefined {
  if (!patterns.has(text)) {
    const body = text.slice(1, text.lastIndexOf('/'));
    patterns.set(text, isPattern(text) ? new RegExp(body, flagsOf(text)) : undefined);
  }
  return patterns.get(text);
}

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
};

function compileComparison(text: string): ((actual: unknown) => boolean) | undefined {
  const match = /^\s*(>=|<=|>|<)\s*(\S+)\s*$/.exec(text);
  const compare = COMPARE[match?.[1] ?? ''];
  const limit = toNumber(match?.[2]);
  if (compare === undefined || limit === undefined) return undefined;
  return (actual) => {
    const value = toNumber(actual);
    return value !== undefined && compare(value, limit);
  };
}

/** A number, or a duration's milliseconds. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  return Number.isNaN(Number(value)) ? parseDuration(value) : Number(value);
}

function objectMismatch(expected: Record<string, unknown>, actual: unknown, path: string): Mismatch | undefined {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return { path, expected, actual };
  for (const [name, value] of Object.entries(expected)) {
    const found = mismatch(value, (actual as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function listMismatch(expected: readonly unknown[], actual: unknown, path: string): Mismatch | undefined {
  if (!Array.isArray(actual)) return { path, expected, actual };
  const name = path.slice(path.lastIndexOf('.') + 1);
  for (const [i, item] of expected.entries()) {
    const key = keyOf(item, name);
    const label = key === undefined ? String(i) : key.value;
    const found = key === undefined ? actual[i] : actual.find((other) => matchesScalar(key.value, key.read(other)));
    const difference = mismatch(item, found, `${path}[${label}]`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

interface ItemKey {
  value: string;
  read(item: unknown): unknown;
}

function keyOf(item: unknown, list: string): ItemKey | undefined {
  const read = (other: unknown): unknown =>
    list === 'endpoints' ? field(field(other, 'targetRef'), 'name') : field(other, LIST_KEYS[list] ?? '');
  const value = read(item);
  return typeof value === 'string' ? { value, read } : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A value in a sentence. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'string') return JSON.stringify(value);
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}

/** `+12.5s`. */
export function showTime(ms: number): string {
  return `+${formatDuration(Math.round(ms))}`;
}
