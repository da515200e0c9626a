import { canonicalQuantity } from '../quantity.ts';
import { TYPE_TABLES, tableOf } from './type-tables.ts';

/** A place in an object: field names and list indices. */
export type FieldPath = readonly (string | number)[];

export interface DecodingProblem {
  /** `unknown field "spec.containers[0].livenessProbe.periodSecond"` or Go's json error. */
  text: string;
  path: FieldPath;
}

export interface DecodedObject {
  /** Known fields only; what Go's types cannot tell from absent (`null`, zero values of plain fields) is gone. */
  object: Record<string, unknown>;
  /** The value of a wrong type that the API server refuses the object with: the first one. */
  typeError: DecodingProblem | undefined;
  /** Every value of a wrong type, in the order they were met. */
  typeErrors: readonly DecodingProblem[];
  /** Every field that the type does not have, in the order they were met. */
  unknownFields: readonly DecodingProblem[];
}

export interface DecodeOptions {
  /** Walk fields by name (kubectl sends YAML as JSON with sorted keys) instead of as they stand. Default false. */
  sorted?: boolean;
}

interface Walk {
  sorted: boolean;
  typeErrors: DecodingProblem[];
  /** An error of a type with a decoder of its own is the one reported, whatever came before. */
  fatal: DecodingProblem | undefined;
  unknown: DecodingProblem[];
}

/** Where a value lies: `path` with indices, `fields` as Go's json errors name it, `owner` the struct that has the field. */
interface Place {
  path: FieldPath;
  fields: readonly string[];
  owner: string;
}

/**
 * An object as the API server decodes its JSON: type errors and unknown fields in its words, and the object as its Go
 * types hold it. A kind that is not known comes back unchanged.
 * Models kubernetes v1.34 sigs.k8s.io/json UnmarshalStrict (case-sensitive encoding/json).
 */
export function decodeObject(raw: Record<string, unknown>, options: DecodeOptions = {}): DecodedObject {
  const table = tableOf(raw);
  if (table === undefined) return { object: raw, typeError: undefined, typeErrors: [], unknownFields: [] };
  const walk: Walk = { sorted: options.sorted ?? false, typeErrors: [], fatal: undefined, unknown: [] };
  const object = decodeStruct(raw, table, { path: [], fields: [], owner: '' }, walk);
  const { typeErrors, fatal, unknown } = walk;
  return { object, typeError: fatal ?? typeErrors[0], typeErrors, unknownFields: unknown };
}

/** The whole text of a strict decoding failure; undefined if there is none. A type error hides unknown fields. */
export function decodingMessage(decoded: DecodedObject): string | undefined {
  if (decoded.typeError !== undefined) return decoded.typeError.text;
  if (decoded.unknownFields.length === 0) return undefined;
  return `strict decoding error: ${decoded.unknownFields.map((problem) => problem.text).join(', ')}`;
}

/** `spec.containers[0].livenessProbe`. */
export function formatPath(path: FieldPath): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

function decodeStruct(raw: Record<string, unknown>, table: string, place: Place, walk: Walk): Record<string, unknown> {
  const fields = TYPE_TABLES[table] as Readonly<Record<string, string>>;
  const decoded: Record<string, unknown> = {};
  const names = Object.keys(raw);
  if (walk.sorted) names.sort();
  for (const name of names) {
    const path = [...place.path, name];
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type === undefined) {
      walk.unknown.push({ text: `unknown field "${formatPath(path)}"`, path });
      continue;
    }
    const plain = type.replace(/^[*!]/, '');
    const value = decodeValue(raw[name], plain, { path, fields: [...place.fields, name], owner: table }, walk);
    if (value === undefined || (type === plain && isZero(value))) continue;
    decoded[name] = value;
  }
  fillAlways(decoded, fields);
  return decoded;
}

/** Adds the zero values of fields that are always there. */
function fillAlways(decoded: Record<string, unknown>, fields: Readonly<Record<string, string>>): void {
  for (const name in fields) {
    const type = fields[name] as string;
    if (type.startsWith('!') && !Object.hasOwn(decoded, name)) decoded[name] = zeroOf(type.slice(1));
  }
}

/** What `omitempty` leaves out; an object is left out by nobody. */
function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}

function decodeValue(raw: unknown, type: string, place: Place, walk: Walk): unknown {
  if (raw === null || raw === undefined) return undefined;
  if (type === 'any') return raw;
  if (type.startsWith('[]')) return decodeList(raw, type.slice(2), place, walk);
  if (type.startsWith('map ') || type === RESOURCE_LIST) return decodeMap(raw, type, place, walk);
  if (Object.hasOwn(TYPE_TABLES, type)) {
    if (isRecord(raw)) return decodeStruct(raw, type, place, walk);
    return mismatch(raw, goName(type), place, walk);
  }
  return decodeScalar(raw, type, place, walk);
}

function decodeList(raw: unknown, type: string, place: Place, walk: Walk): unknown {
  if (!Array.isArray(raw)) return mismatch(raw, goName(`[]${type}`), place, walk);
  return raw.map((item, i) => {
    const value = decodeValue(item, type, { ...place, path: [...place.path, i] }, walk);
    return value ?? zeroOf(type);
  });
}

function zeroOf(type: string): unknown {
  if (type.startsWith('[]')) return null;
  if (type === 'Quantity') return '0';
  if (type === 'int32' || type === 'int64' || type === 'IntOrString') return 0;
  if (type === 'bool') return false;
  const fields = TYPE_TABLES[type];
  if (fields === undefined) return '';
  const empty = {};
  fillAlways(empty, fields);
  return empty;
}

/** A map of quantities with a name of its own. */
const RESOURCE_LIST = 'ResourceList';

function decodeMap(raw: unknown, mapType: string, place: Place, walk: Walk): unknown {
  if (!isRecord(raw)) return mismatch(raw, goName(mapType), place, walk);
  const type = mapType === RESOURCE_LIST ? 'Quantity' : mapType.slice('map '.length);
  const names = Object.keys(raw);
  if (names.length === 0) return undefined;
  if (walk.sorted) names.sort();
  const decoded: Record<string, unknown> = {};
  for (const name of names) {
    // Go's decoder does not put a map's key among the fields of its errors.
    decoded[name] = decodeValue(raw[name], type, { ...place, path: [...place.path, name] }, walk) ?? zeroOf(type);
  }
  return decoded;
}

function decodeScalar(raw: unknown, type: string, place: Place, walk: Walk): unknown {
  switch (type) {
    case 'string':
    case 'Time':
      return typeof raw === 'string' ? raw : mismatch(raw, goName(type), place, walk);
    case 'bool':
      return typeof raw === 'boolean' ? raw : mismatch(raw, 'bool', place, walk);
    case 'int32':
    case 'int64':
      return decodeInteger(raw, type, place, walk);
    case 'IntOrString': {
      if (typeof raw === 'string') return raw;
      const value = decodeInteger(raw, 'int32', place, walk);
      if (value === undefined) walk.fatal ??= walk.typeErrors.at(-1);
      return value;
    }
    case 'bytes':
      return typeof raw === 'string' ? raw : mismatch(raw, '[]uint8', place, walk);
    case 'Quantity': {
      const quantity = canonicalQuantity(String(raw).trim());
      if (quantity.value !== undefined) return quantity.value;
      walk.typeErrors.push({ text: quantity.error, path: place.path });
      walk.fatal ??= walk.typeErrors.at(-1);
      return undefined;
    }
    default:
      return typeof raw === 'string' ? raw : mismatch(raw, goName(type), place, walk);
  }
}

const INT_LIMITS: Record<string, number> = { int32: 2 ** 31, int64: 2 ** 63 };

function decodeInteger(raw: unknown, type: 'int32' | 'int64', place: Place, walk: Walk): number | undefined {
  const limit = INT_LIMITS[type] as number;
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= -limit && raw < limit) return raw;
  mismatch(raw, type, place, walk);
  return undefined;
}

function mismatch(raw: unknown, type: string, place: Place, walk: Walk): undefined {
  const number = typeof raw === 'number' && type.startsWith('int') ? ` ${raw}` : '';
  walk.typeErrors.push({
    text: `json: cannot unmarshal ${jsonName(raw)}${number} into Go struct field ${place.owner}.${place.fields.join('.')} of type ${type}`,
    path: place.path,
  });
  return undefined;
}

function jsonName(raw: unknown): string {
  if (typeof raw === 'boolean') return 'bool';
  if (Array.isArray(raw)) return 'array';
  return typeof raw;
}

/** A type as Go prints it: `[]v1.Container`, `map[string]string`. */
function goName(type: string): string {
  if (type.startsWith('[]')) return `[]${goName(type.slice(2))}`;
  if (type.startsWith('map ')) return `map[string]${goName(type.slice(4))}`;
  if (type === 'Quantity') return 'resource.Quantity';
  if (type === 'IntOrString') return 'intstr.IntOrString';
  if (type === 'UID') return 'types.UID';
  return /^[A-Z]/.test(type) && type !== 'Time' ? `v1.${type}` : type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
