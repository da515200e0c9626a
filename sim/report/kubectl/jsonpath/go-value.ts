import { goJsonText } from '../../../core/go-json-text.ts';

/** A value of JSON, as Go has it behind an `interface{}`. */
export type GoValue = null | boolean | number | string | readonly GoValue[] | { readonly [key: string]: GoValue };

export function kindOf(value: GoValue): 'invalid' | 'bool' | 'int64' | 'float64' | 'string' | 'slice' | 'map' {
  if (value === null) return 'invalid';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'slice' : 'map';
}

/** The name of its Go type. */
export function goType(value: GoValue): string {
  const kind = kindOf(value);
  return kind === 'map' ? 'map[string]interface {}' : kind === 'slice' ? '[]interface {}' : kind;
}

/** As `%v` prints it. */
export function goText(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  return `map[${sortedEntries(value as { [key: string]: GoValue })
    .map(([key, one]) => `${key}:${goText(one)}`)
    .join(' ')}]`;
}

/** As `encoding/json` writes it, keys sorted. */
export function goJson(value: GoValue): string {
  return goJsonText(sorted(value));
}

function sorted(value: GoValue): GoValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(sortedEntries(value as { [key: string]: GoValue }).map(([key, one]) => [key, sorted(one)]));
}

function sortedEntries(map: { readonly [key: string]: GoValue }): [string, GoValue][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
