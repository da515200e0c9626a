import { goYaml } from '../../sim/kube/go-yaml.ts';

/** An object as JSON (four blanks, keys in order, as kubectl writes it) or YAML (as kubectl's, too). */
export function objectsText(object: unknown, format: 'json' | 'yaml'): string {
  return format === 'json' ? `${goJson(object)}\n` : goYaml(object);
}

const ESCAPED = /[<>&\u2028\u2029]/g;

/** Models Go's encoding/json MarshalIndent of a map: sorted keys, and what HTML would take for its own is escaped. */
function goJson(object: unknown): string {
  return JSON.stringify(sorted(object), null, 4).replaceAll(
    ESCAPED,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
