const PLAIN = /^[A-Za-z0-9_/.][A-Za-z0-9_/.\-+=?&~,;()%$^ ]*$/;
/** Texts that some reader takes for a number, a boolean, a null or a date. */
const RESOLVED =
  /^(?:[+-]?[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|[+-]?0[xob][\da-f_]+|\d+(?::\d+)+(?:\.\d*)?|[+-]?\.(?:inf|nan)|null|true|false|yes|no|on|off|y|n|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?)$/i;

/**
 * YAML of plain JSON data as Go's sigs.k8s.io/yaml writes it: keys sorted, lists not indented under their key, single
 * quotes where needed. Any YAML reader gives the data back.
 */
export function goYaml(value: unknown): string {
  return `${nested(value, '')}\n`;
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value.map((item) => `${indent}- ${nested(item, `${indent}  `).trimStart()}`).join('\n');
  return Object.entries(value as object)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${indent}${scalar(key)}:${under(item, indent)}`)
    .join('\n');
}

function under(item: unknown, indent: string): string {
  if (!isCollection(item) || isEmpty(item)) return ` ${scalar(item)}`;
  return `\n${block(item, Array.isArray(item) ? indent : `${indent}  `)}`;
}

function nested(item: unknown, indent: string): string {
  return isCollection(item) && !isEmpty(item) ? block(item, indent) : scalar(item);
}

function scalar(value: unknown): string {
  if (isCollection(value)) return Array.isArray(value) ? '[]' : '{}';
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  if (RESOLVED.test(value) || value === '') return JSON.stringify(value);
  if (PLAIN.test(value) && !value.endsWith(' ')) return value;
  // A URL's colon is plain text; one before a blank or at the end is not.
  if (/^[A-Za-z0-9_/.][^\n\r\t"'#\\]*$/.test(value) && !/:(?:\s|$)|\s$/.test(value) && isAscii(value)) return value;
  return isAscii(value) && !/[\n\r\t]/.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e\n\r\t]*$/.test(text);
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
