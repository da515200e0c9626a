import type { HttpRequest } from '../host.ts';
import { NacosError } from './reply.ts';

const decoder = new TextDecoder();

/** Tomcat gives up reading a form that is larger. */
const MAX_FORM_BYTES = 2 * 1024 * 1024;

/** The parameters of a request: from the query and, if it is a form, from the body; the first of a name counts. */
export class Params {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** As sent; undefined if it is not there. */
  raw(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Models nacos core WebUtils.required: without the space around it. Throws a 400 if it is missing or empty. */
  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === '') throw new NacosError(400, `Param '${name}' is required.`);
    return value.trim();
  }

  /** Models nacos core WebUtils.optional. */
  optional(name: string, otherwise: string): string {
    return this.#values.get(name)?.trim() || otherwise;
  }

  /** A parameter that Spring itself binds. Throws a 400 in the naming module's words. */
  bound(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new NacosError(400, `Parameter '${name}' is missing`);
    return value;
  }

  /** With one value replaced. */
  with(name: string, value: string): Params {
    return new Params(new Map([...this.#values, [name, value]]));
  }
}

export function readParams(request: HttpRequest): Params {
  const values = new Map<string, string>();
  const question = request.target.indexOf('?');
  if (question >= 0) readForm(request.target.slice(question + 1), values);
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const isForm = type.toLowerCase().startsWith('application/x-www-form-urlencoded');
  if (isForm && request.body.byteLength > 0 && request.body.byteLength <= MAX_FORM_BYTES) {
    readForm(decoder.decode(request.body), values);
  }
  return new Params(values);
}

function readForm(text: string, into: Map<string, string>): void {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = unescaped(equals < 0 ? pair : pair.slice(0, equals));
    if (!into.has(name)) into.set(name, equals < 0 ? '' : unescaped(pair.slice(equals + 1)));
  }
}

function unescaped(text: string): string {
  const plain = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** Models java.lang.Integer.parseInt. Throws a 400 with its text. */
export function parseInt32(text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value > 0x7fffffff || value < -0x80000000) {
    throw new NacosError(400, `For input string: "${text}"`);
  }
  return value;
}

/** Models java.lang.Long.parseLong, as exactly as a number can be. Throws a 400 with its text. */
export function parseLong(text: string): number {
  if (!/^[+-]?\d+$/.test(text) || BigInt.asIntN(64, BigInt(text.replace('+', ''))) !== BigInt(text.replace('+', ''))) {
    throw new NacosError(400, `For input string: "${text}"`);
  }
  return Number(text);
}

/** A number that Spring binds itself, of this Java type. Throws a 500 in its words. */
export function boundNumber(text: string, type: 'java.lang.Integer' | 'int' | 'float'): number {
  const pattern = type === 'float' ? /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/ : /^[+-]?\d+$/;
  if (pattern.test(text.trim())) return Number.parseFloat(text);
  const cause = `For input string: "${text}"`;
  const failed = `Failed to convert value of type 'java.lang.String' to required type '${type}'; nested exception is java.lang.NumberFormatException: ${cause}`;
  throw new NacosError(500, `caused: ${failed};caused: ${cause};`);
}

/** Models java.lang.Double.parseDouble. Throws a 400 with its text. */
export function parseDouble(text: string): number {
  const trimmed = text.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/.test(trimmed)) return Number(trimmed.replace(/[dDfF]$/, ''));
  if (/^[+-]?(?:NaN|Infinity)$/.test(trimmed)) return Number(trimmed);
  throw new NacosError(400, `For input string: "${text}"`);
}

/** Models nacos common ConvertUtils.toBoolean: a word that is none is false. */
export function toBoolean(text: string): boolean {
  return ['true', 't', 'yes', 'y', 'on'].includes(text.toLowerCase());
}
