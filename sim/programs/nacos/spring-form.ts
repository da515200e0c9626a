import type { Params } from './params.ts';
import { NacosError } from './reply.ts';

const INTEGER = /^[+-]?\d+$/;
const DOUBLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?|NaN|Infinity)$/;
const [LEAST_INT, MOST_INT] = [-2_147_483_648, 2_147_483_647];

/**
 * Parameters that Spring binds into an object before anybody checks them: `done` throws what could not be read, all of it.
 * A field without a value is left undefined.
 */
export class SpringForm {
  readonly #params: Params;
  readonly #name: string;
  readonly #errors: string[] = [];

  constructor(params: Params, name: 'instanceForm' | 'updateHealthForm') {
    this.#params = params;
    this.#name = name;
  }

  text(field: string): string | undefined {
    return this.#params.optional(field, '') || undefined;
  }

  integer(field: string): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!INTEGER.test(text) || value < LEAST_INT || value > MOST_INT) this.#notANumber(field, 'Integer', text);
    return value;
  }

  double(field: string): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    if (!DOUBLE.test(text)) this.#notANumber(field, 'Double', text);
    return Number(text.replace(/[dDfF]$/, ''));
  }

  boolean(field: string): boolean | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const value = springBoolean(text);
    if (value === undefined) {
      this.#refuse(field, 'Boolean', `java.lang.IllegalArgumentException: Invalid boolean value [${text}]`);
    }
    return value;
  }

  /** Throws a 500 that names every field that could not be read. */
  done(): void {
    if (this.#errors.length === 0) return;
    const count = `${this.#errors.length} errors`;
    const text = [`org.springframework.validation.BeanPropertyBindingResult: ${count}`, ...this.#errors].join('\n');
    throw new NacosError(500, `caused: ${text};`);
  }

  /** The value of a field that must be there. Throws a 400. */
  required<T>(field: string, type: string, value: T | undefined): T {
    if (value === undefined) throw new NacosError(400, `Required parameter '${field}' type ${type} is not present`);
    return value;
  }

  #notANumber(field: string, type: string, text: string): void {
    this.#refuse(field, type, `java.lang.NumberFormatException: For input string: "${text}"`);
  }

  #refuse(field: string, type: string, cause: string): void {
    const form = this.#name;
    const kinds = [`${form}.${field}`, field, `java.lang.${type}`].map((kind) => `typeMismatch.${kind}`);
    const resolvable = `org.springframework.context.support.DefaultMessageSourceResolvable: codes [${form}.${field},${field}]; arguments []; default message [${field}]`;
    const failed = `Failed to convert property value of type 'java.lang.String' to required type 'java.lang.${type}' for property '${field}'; nested exception is ${cause}`;
    this.#errors.push(
      `Field error in object '${form}' on field '${field}': rejected value [${this.#params.raw(field)}]; ` +
        `codes [${[...kinds, 'typeMismatch'].join(',')}]; arguments [${resolvable}]; default message [${failed}]`,
    );
  }
}

/** Models Spring's StringToBooleanConverter; undefined for a word that is none. */
export function springBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['true', 'on', 'yes', '1'].includes(word)) return true;
  return ['false', 'off', 'no', '0'].includes(word) ? false : undefined;
}
