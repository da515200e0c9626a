import protobuf from 'protobufjs';

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/** google.protobuf wrappers stand in JSON as what they wrap. */
const WRAPPERS = /^\.google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/**
 * The binary form of a message given in proto3's JSON form (field names as in the .proto).
 * Throws an Error that names a field which the type has not, or an enum value it does not know.
 */
export function encodeJson(type: protobuf.Type, json: Json): Uint8Array {
  return type.encode(type.create(messageOf(type, json))).finish();
}

/** As protobufjs wants it: no JSON specialities left. */
function messageOf(type: protobuf.Type, json: Json): Record<string, unknown> {
  const special = specialMessage(type, json);
  if (special !== undefined) return special;
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json as JsonObject)) {
    const field = type.fields[name];
    if (field === undefined) throw new Error(`${type.fullName} has no field "${name}"`);
    field.resolve();
    if (value !== undefined && value !== null) message[name] = fieldValue(field, value);
  }
  return message;
}

function fieldValue(field: protobuf.Field, value: Json): unknown {
  if (field instanceof protobuf.MapField) {
    return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, single(field, item)]));
  }
  return field.repeated ? (value as Json[]).map((item) => single(field, item)) : single(field, value);
}

function single(field: protobuf.Field, value: Json): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, value);
  if (resolvedType instanceof protobuf.Enum) {
    const number = typeof value === 'number' ? value : resolvedType.values[String(value)];
    if (number === undefined) throw new Error(`${resolvedType.fullName} has no value "${value}"`);
    return number;
  }
  return field.type === 'bytes' ? Buffer.from(String(value), 'base64') : value;
}

/** Messages that JSON writes in a way of their own. */
function specialMessage(type: protobuf.Type, json: Json): Record<string, unknown> | undefined {
  const name = type.fullName;
  if (WRAPPERS.test(name)) return { value: json };
  if (name === '.google.protobuf.Duration') return duration(String(json));
  if (name === '.google.protobuf.Any') return any(type.root, json as JsonObject);
  if (name === '.google.protobuf.Struct') return { fields: mapValues(json as JsonObject, structValue) };
  if (name === '.google.protobuf.Value') return structValue(json);
  if (name === '.google.protobuf.ListValue') return { values: (json as Json[]).map(structValue) };
  return undefined;
}

function duration(text: string): Record<string, unknown> {
  const match = /^(-?\d+)(?:\.(\d{1,9}))?s$/.exec(text);
  if (match === null) throw new Error(`"${text}" is no duration`);
  return { seconds: Number(match[1]), nanos: Number((match[2] ?? '').padEnd(9, '0')) };
}

function any(root: protobuf.Root, { '@type': url, ...rest }: JsonObject): Record<string, unknown> {
  const type = root.lookupType(String(url).slice(String(url).lastIndexOf('/') + 1));
  return { type_url: url, value: encodeJson(type, rest) };
}

function structValue(json: Json): Record<string, unknown> {
  if (json === null) return { nullValue: 0 };
  if (typeof json === 'boolean') return { boolValue: json };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (Array.isArray(json)) return { listValue: { values: json.map(structValue) } };
  return { structValue: { fields: mapValues(json as JsonObject, structValue) } };
}

function mapValues(object: JsonObject, change: (value: Json) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
