import { canonicalQuantity } from './quantity.ts';

/** An error of Go's encoding/json; the message is its text. */
export class GoJsonError extends Error {}

/** A number that JavaScript would write otherwise than its JSON text has it (`1000.0`, `-0`): Go goes by the text. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): number {
    return Number(this.text);
  }
}

/** What Go calls a JSON value in its errors. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof JsonNumber) return 'number';
  return typeof value;
}

/** `undefined` unless it is written as an integer and fits. */
export function integer(value: unknown, bits: 32 | 64): number | undefined {
  if (value instanceof JsonNumber && !/^-?\d+$/.test(value.text)) return undefined;
  const number = Number(literal(value) || Number.NaN);
  const limit = 2 ** (bits - 1);
  return Number.isInteger(number) && number >= -limit && number < limit ? number : undefined;
}

/** A number's JSON text; empty for anything else. */
export function literal(value: unknown): string {
  if (value instanceof JsonNumber) return value.text;
  return typeof value === 'number' ? String(value) : '';
}

/** Throws GoJsonError. Models apimachinery's Time: whole seconds, UTC. */
export function time(value: string): string {
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(value);
  const ms = match === null ? Number.NaN : Date.parse(value);
  if (Number.isNaN(ms)) {
    throw new GoJsonError(`parsing time "${value}" as "2006-01-02T15:04:05Z07:00": cannot parse "${value}" as "2006"`);
  }
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The canonical form. Throws GoJsonError. */
export function quantity(value: unknown): string {
  // Go parses the bytes of whatever JSON stands there.
  const parsed = canonicalQuantity(typeof value === 'string' ? value : literal(value) || JSON.stringify(value));
  if ('error' in parsed) throw new GoJsonError(parsed.error);
  return parsed.text;
}
