import { GoJsonError, integer, JsonNumber, jsonKind, literal, quantity, time } from './go-json-values.ts';
import { type GoField, type GoStructs, type GoType, type KubeApiVersion, POD_TYPE, podStructs } from './go-types.ts';

/**
 * A pod after a trip through Go's typed Pod: fields the API module does not know are gone, empty ones that Go omits
 * are gone, those it always writes are there (`resources: {}`, `creationTimestamp: null`, `status: {}`), quantities
 * are canonical. The answer shares nothing with `pod`.
 * Throws GoJsonError with Go's own text if the object cannot be decoded into a Pod.
 * Models Go 1.26 encoding/json Unmarshal and Marshal over k8s.io/api core/v1 Pod.
 */
// biome-ignore lint/suspicious/noExplicitAny: the result is as typed as Go's Pod of another release can be here.
export function throughGoPod(pod: unknown, version: KubeApiVersion): Record<string, any> {
  const { value, error } = throughGo(pod, POD_TYPE, podStructs(version));
  if (error !== undefined) throw new GoJsonError(error);
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  return value as Record<string, any>;
}

/**
 * A value decoded into a Go type and written again. `error` is the first wrong type, in Go's words: what could be
 * decoded is in `value` all the same. `keys`: fields match in any case, as for encoding/json, or exactly, as for
 * apimachinery's decoder. Throws GoJsonError where Go stops at once (a text that is no quantity, no time).
 */
export function throughGo(
  value: unknown,
  type: GoType,
  structs: GoStructs,
  keys: 'folded' | 'exact' = 'folded',
): { value: unknown; error: string | undefined } {
  const trip = new GoTrip(structs, keys === 'exact');
  const converted = trip.convert(value, type);
  return { value: converted, error: trip.firstError };
}

class GoTrip {
  /** A wrong type is remembered and decoding goes on, as encoding/json does; the first one is reported. */
  firstError: string | undefined;
  readonly #structs: GoStructs;
  readonly #exactKeys: boolean;
  #struct: string | undefined;
  #path: string[] = [];

  constructor(structs: GoStructs, exactKeys: boolean) {
    this.#structs = structs;
    this.#exactKeys = exactKeys;
  }

  convert(value: unknown, type: GoType): unknown {
    if (value === undefined || value === null) return this.#zero(type);
    switch (type.kind) {
      case 'pointer':
        return this.convert(value, type.element);
      case 'slice':
        return Array.isArray(value)
          ? value.map((item) => this.convert(item, type.element))
          : this.#mismatch(value, type);
      case 'map':
        return isObject(value) ? this.#map(value, type.element) : this.#mismatch(value, type);
      case 'struct':
        return isObject(value) ? this.#fields(value, type.type) : this.#mismatch(value, type);
      case 'string':
      case 'bytes':
        return typeof value === 'string' ? value : this.#mismatch(value, type);
      case 'bool':
        return typeof value === 'boolean' ? value : this.#mismatch(value, type);
      case 'int':
        return integer(value, type.bits) ?? this.#mismatch(value, type);
      case 'intOrString':
        return typeof value === 'string' ? value : (integer(value, 32) ?? this.#refuse(value, 'int32'));
      case 'quantity':
        return quantity(value);
      case 'time':
        return typeof value === 'string' ? time(value) : this.#refuse(value, 'string');
      case 'raw':
        return value;
    }
  }

  #fields(value: Readonly<Record<string, unknown>>, structName: string): Record<string, unknown> {
    const fields = this.#structs.get(structName);
    const given = new Map<GoField, unknown>();
    for (const [key, item] of Object.entries(value)) {
      const field = fields.get(key.toLowerCase());
      if (field === undefined || (this.#exactKeys && field.name !== key)) continue;
      given.set(field, this.#within(structName, field, item));
    }
    const written: Record<string, unknown> = {};
    for (const field of fields.values()) {
      const item = given.has(field) ? given.get(field) : this.#zero(field.type);
      if (!field.omitEmpty || !isEmpty(item, field.type)) written[field.name] = item;
    }
    return written;
  }

  #within(structName: string, field: GoField, item: unknown): unknown {
    const [struct, depth] = [this.#struct, this.#path.length];
    this.#struct = structName;
    this.#path.push(...field.embedded, field.name);
    const converted = this.convert(item, field.type);
    this.#struct = struct;
    this.#path.length = depth;
    return converted;
  }

  #map(value: Readonly<Record<string, unknown>>, element: GoType): Record<string, unknown> {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.convert(item, element)]));
  }

  /** Go's zero value, as it is written. */
  #zero(type: GoType): unknown {
    switch (type.kind) {
      case 'string':
        return '';
      case 'bool':
        return false;
      case 'int':
      case 'intOrString':
        return 0;
      case 'quantity':
        return '0';
      case 'struct':
        return this.#fields({}, type.type);
      default:
        return null;
    }
  }

  #mismatch(value: unknown, type: GoType): unknown {
    this.firstError ??= this.#complaint(value, type.name);
    return this.#zero(type);
  }

  /** A type that decodes itself (IntOrString, Time) ends the decoding of the whole: earlier errors go unreported. */
  #refuse(value: unknown, typeName: string): never {
    throw new GoJsonError(this.#complaint(value, typeName));
  }

  #complaint(value: unknown, typeName: string): string {
    const ofInteger = typeName.startsWith('int') && jsonKind(value) === 'number';
    const what = ofInteger ? `number ${literal(value)}` : jsonKind(value);
    const place =
      this.#struct === undefined ? 'Go value' : `Go struct field ${[this.#struct, ...this.#path].join('.')}`;
    return `json: cannot unmarshal ${what} into ${place} of type ${typeName}`;
  }
}

function isEmpty(item: unknown, type: GoType): boolean {
  switch (type.kind) {
    case 'string':
    case 'bytes':
      return item === '' || item === null;
    case 'bool':
      return item === false;
    case 'int':
      return item === 0;
    case 'pointer':
      return item === null;
    case 'slice':
      return item === null || (item as unknown[]).length === 0;
    case 'map':
      return item === null || Object.keys(item as object).length === 0;
    default:
      return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}
