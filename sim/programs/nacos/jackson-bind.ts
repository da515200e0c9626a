import { JacksonError, type JacksonParser, type JacksonToken } from './jackson-parser.ts';

/** Reads one value as a Java type. Throws a `JacksonError` for what Jackson does not take for it. */
export type Binding<T> = (parser: JacksonParser, token: JacksonToken) => T;

const SHAPES: Readonly<Record<JacksonToken['kind'], [name: string, token: string]>> = {
  string: ['String', 'VALUE_STRING'],
  int: ['Integer', 'VALUE_NUMBER_INT'],
  float: ['Floating-point', 'VALUE_NUMBER_FLOAT'],
  true: ['Boolean', 'VALUE_TRUE'],
  false: ['Boolean', 'VALUE_FALSE'],
  null: ['Null', 'VALUE_NULL'],
  object: ['Object', 'START_OBJECT'],
  array: ['Array', 'START_ARRAY'],
};
const [LEAST_INT, MOST_INT] = [-2_147_483_648, 2_147_483_647];
const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/;
const SPECIAL_DOUBLES: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  INF: Number.POSITIVE_INFINITY,
  Infinity: Number.POSITIVE_INFINITY,
  '-INF': Number.NEGATIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** `int`: a fraction is cut off, an empty string and null are 0. */
export const bindInt: Binding<number> = (parser, token) => {
  if (token.kind === 'null') return 0;
  if (token.kind === 'string') return intOf(parser, token, parser.string().trim());
  if (token.kind !== 'int' && token.kind !== 'float') return mismatch(parser, token, 'int');
  const value = Math.trunc(Number(token.text));
  if (value < LEAST_INT || value > MOST_INT) {
    parser.complainHere(`Numeric value (${token.text}) out of range of int (${LEAST_INT} - ${MOST_INT})`);
  }
  return value;
};

function intOf(parser: JacksonParser, token: JacksonToken, text: string): number {
  if (text === '' || text === 'null') return 0;
  if (!/^[+-]?\d+$/.test(text)) return weird(parser, token, { type: 'int', text, why: 'not a valid `int` value' });
  const value = Number(text);
  if (value >= LEAST_INT && value <= MOST_INT) return value;
  const why = `Overflow: numeric value (${text}) out of range of int (${LEAST_INT} -${MOST_INT})`;
  return weird(parser, token, { type: 'int', text, why });
}

/** `double`: an empty string and null are 0. */
export const bindDouble: Binding<number> = (parser, token) => {
  if (token.kind === 'null') return 0;
  if (token.kind === 'int' || token.kind === 'float') return Number(token.text);
  if (token.kind !== 'string') return mismatch(parser, token, 'double');
  const text = parser.string().trim();
  if (text === '' || text === 'null') return 0;
  if (DOUBLE.test(text)) return Number(text.replace(/[dDfF]$/, ''));
  const why = 'not a valid `double` value (as String to convert)';
  return SPECIAL_DOUBLES[text] ?? weird(parser, token, { type: 'double', text, why });
};

/** `boolean`: a whole number is whether it is not 0, an empty string and null are false. */
export const bindBoolean: Binding<boolean> = (parser, token) => {
  if (token.kind === 'true' || token.kind === 'false') return token.kind === 'true';
  if (token.kind === 'null') return false;
  if (token.kind === 'int') return Number(token.text) !== 0;
  if (token.kind !== 'string') return mismatch(parser, token, 'boolean');
  const text = parser.string().trim();
  if (['true', 'True', 'TRUE'].includes(text)) return true;
  if (['', 'null', 'false', 'False', 'FALSE'].includes(text)) return false;
  const why = 'only "true"/"True"/"TRUE" or "false"/"False"/"FALSE" recognized';
  return weird(parser, token, { type: 'boolean', text, why });
};

/** `java.lang.String`: numbers and booleans as they are written. */
export const bindString: Binding<string | undefined> = (parser, token) => {
  if (token.kind === 'null') return undefined;
  if (token.kind === 'string') return parser.string();
  return token.kind === 'object' || token.kind === 'array' ? mismatch(parser, token, 'java.lang.String') : token.text;
};

/** A map of strings of this class; a field that is null is left out. Null is none at all. */
export function bindStringMap(mapClass: string): Binding<Record<string, string> | undefined> {
  const type = `${mapClass}<java.lang.String,java.lang.String>`;
  return (parser, token) => {
    if (token.kind === 'null') return undefined;
    if (token.kind === 'string') return stringForMap(parser, token, mapClass, type);
    if (token.kind !== 'object') return mismatch(parser, token, type);
    const fields: [string, string][] = [];
    for (let name = parser.name(true); name !== undefined; name = parser.name(false)) {
      const key = name;
      const field = parser.value();
      const value = inside(`${mapClass}["${key}"]`, () => bindString(parser, field));
      if (value !== undefined) fields.push([key, value]);
    }
    return Object.fromEntries(fields);
  };
}

function stringForMap(parser: JacksonParser, token: JacksonToken, mapClass: string, type: string): never {
  const text = parser.string();
  if (text.trim() === '') {
    const how = 'but could if coercion was enabled using `CoercionConfig`';
    const size = text === '' ? 'empty' : 'blank';
    return parser.complain(token, `Cannot coerce ${size} String ("${text}") to element of \`${type}\` (${how})`);
  }
  return noCreator(
    parser,
    token,
    mapClass,
    `no String-argument constructor/factory method to deserialize from String value ('${text}')`,
  );
}

/** A bean's fields by name; one that is not known is passed over, null is undefined. */
export function bindBean(
  className: string,
  fields: Readonly<Record<string, (parser: JacksonParser, token: JacksonToken) => void>>,
): Binding<'bean' | undefined> {
  return (parser, token) => {
    if (token.kind === 'null') return undefined;
    if (token.kind !== 'object') return notABean(parser, token, className);
    for (let name = parser.name(true), isFirst = true; name !== undefined; name = parser.name(false), isFirst = false) {
      const key = name;
      const value = parser.value(isFirst);
      const bind = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (bind === undefined) parser.skip(value);
      else inside(`${className}["${key}"]`, () => bind(parser, value));
    }
    return 'bean';
  };
}

function notABean(parser: JacksonParser, token: JacksonToken, className: string): never {
  const wrong = (java: string, what: string) =>
    noCreator(parser, token, className, `no ${java}-argument constructor/factory method to deserialize from ${what}`);
  switch (token.kind) {
    case 'string':
      return wrong('String', `String value ('${parser.string()}')`);
    case 'int':
      return wrong('int/Int', `Number value (${token.text})`);
    case 'float':
      return wrong('double/Double', `Number value (${token.text})`);
    case 'true':
    case 'false':
      return wrong('boolean/Boolean', `boolean value (${token.text})`);
    default:
      return mismatch(parser, token, className);
  }
}

function noCreator(parser: JacksonParser, token: JacksonToken, className: string, why: string): never {
  return parser.complain(
    token,
    `Cannot construct instance of \`${className}\` (although at least one Creator exists): ${why}`,
  );
}

function mismatch(parser: JacksonParser, token: JacksonToken, type: string): never {
  const [shape, name] = SHAPES[token.kind];
  const what = `${shape} value (token \`JsonToken.${name}\`)`;
  return parser.complain(token, `Cannot deserialize value of type \`${type}\` from ${what}`);
}

function weird(
  parser: JacksonParser,
  token: JacksonToken,
  { type, text, why }: Record<'type' | 'text' | 'why', string>,
): never {
  return parser.complain(token, `Cannot deserialize value of type \`${type}\` from String "${text}": ${why}`);
}

/** Says behind a complaint where in the value it is: the outermost part first. */
function inside<T>(part: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof JacksonError)) throw error;
    const [, text = error.message, chain] = /^([\s\S]*) \(through reference chain: (.*)\)$/.exec(error.message) ?? [];
    const where = chain === undefined ? part : `${part}->${chain}`;
    const because = error.ofValue ? error.because : error.message;
    throw new JacksonError(`${text} (through reference chain: ${where})`, { ofValue: true, because });
  }
}
