import { type FieldError, invalid } from './field-error.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const RELAXED_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const RELAXED_SUBDOMAIN = `${RELAXED_LABEL}(\\.${RELAXED_LABEL})*`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const DNS_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;
const HEADER = '[-A-Za-z0-9]+';
const QUALIFIED_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

// Texts and limits: kubernetes v1.34 apimachinery pkg/util/validation/validation.go.

function regexText(text: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example, i) => `${i === 0 ? '' : ' or '}'${example}', `).join('');
  return `${text} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

/** `must be no more than 63 characters`. */
function tooLong(limit: number): string {
  return `must be no more than ${limit} characters`;
}

/** What is wrong with a name; empty if nothing is. */
export type NameCheck = (name: string) => string[];

export const dns1123Label: NameCheck = (name) => {
  const errors = name.length > 63 ? [tooLong(63)] : [];
  if (matches(LABEL, name)) return errors;
  if (matches(SUBDOMAIN, name)) return [...errors, 'must not contain dots'];
  const text =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...errors, regexText(text, LABEL, ['my-name', '123-abc'])];
};

export const dns1123Subdomain: NameCheck = (name) => [
  ...(name.length > 253 ? [tooLong(253)] : []),
  ...(matches(SUBDOMAIN, name)
    ? []
    : [
        regexText(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
          SUBDOMAIN,
          ['example.com'],
        ),
      ]),
];

/** As of search domains, which may have underscores. */
export const relaxedSubdomain: NameCheck = (name) => [
  ...(name.length > 253 ? [tooLong(253)] : []),
  ...(matches(RELAXED_SUBDOMAIN, name)
    ? []
    : [
        regexText(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
          RELAXED_SUBDOMAIN,
          ['example.com'],
        ),
      ]),
];

export const configMapKey: NameCheck = (key) => [
  ...(key.length > 253 ? [tooLong(253)] : []),
  ...(matches(CONFIG_KEY, key)
    ? []
    : [
        regexText("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", CONFIG_KEY, [
          'key.name',
          'KEY_NAME',
          'key-name',
        ]),
      ]),
  ...(key === '.' || key === '..' ? [`must not be '${key}'`] : []),
  ...(key.startsWith('..') && key !== '..' ? ["must not start with '..'"] : []),
];

export const dns1035Label: NameCheck = (name) => [
  ...(name.length > 63 ? [tooLong(63)] : []),
  ...(matches(DNS_1035, name)
    ? []
    : [
        regexText(
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
          DNS_1035,
          ['my-name', 'abc-123'],
        ),
      ]),
];

export const portName: NameCheck = (name) => [
  ...(name.length > 15 ? [tooLong(15)] : []),
  ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
  ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(name) ? ['must not begin or end with a hyphen'] : []),
];

export const headerName: NameCheck = (name) =>
  matches(HEADER, name)
    ? []
    : [regexText("a valid HTTP header must consist of alphanumeric characters or '-'", HEADER, ['X-Header-Name'])];

export const envVarName: NameCheck = (name) =>
  /^[\x20-\x3c\x3e-\x7e]*$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

export const labelValue: NameCheck = (value) => [
  ...(value.length > 63 ? [tooLong(63)] : []),
  ...(matches(LABEL_VALUE, value)
    ? []
    : [
        regexText(
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          LABEL_VALUE,
          ['MyValue', 'my_value', '12345'],
        ),
      ]),
];

export const qualifiedName: NameCheck = (text) => {
  const parts = text.split('/');
  const regex = regexText(QUALIFIED_TEXT, QUALIFIED, ['MyName', 'my.name', '123-abc']);
  if (parts.length > 2) {
    return [`a qualified name ${regex} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    const wrong = prefix === '' ? ['must be non-empty'] : dns1123Subdomain(prefix);
    problems.push(...wrong.map((problem) => `prefix part ${problem}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!matches(QUALIFIED, name)) problems.push(`name part ${regex}`);
  return problems;
};

export const portNumber = (port: number): string[] =>
  Number.isInteger(port) && port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive'];

/** Errors at `field` for a value that a check refuses. */
export function checkName(check: NameCheck, name: string, field: string): FieldError[] {
  return check(name).map((problem) => invalid(field, name, problem));
}

/** A port by number or name. Models pkg/apis/core/validation ValidatePortNumOrName. */
export function checkPort(port: unknown, field: string): FieldError[] {
  if (typeof port === 'string') return checkName(portName, port, field);
  const number = typeof port === 'number' ? port : 0;
  return portNumber(number).map((problem) => invalid(field, number, problem));
}
