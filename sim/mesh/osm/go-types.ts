import { POD_FIELDS } from './go-pod-fields.ts';

/** Releases of the Kubernetes API module that differ in the fields of a Pod (v0.22, v0.23, v0.26). */
export type KubeApiVersion = 22 | 23 | 26;

/** A Go type, as far as encoding/json cares. `name` is how Go's errors spell it. */
export type GoType =
  | { kind: 'string' | 'bool' | 'bytes' | 'raw' | 'time' | 'quantity' | 'intOrString'; name: string }
  | { kind: 'int'; name: string; bits: 32 | 64 }
  | { kind: 'pointer' | 'slice' | 'map'; name: string; element: GoType }
  | { kind: 'struct'; name: string; type: string };

export interface GoField {
  name: string;
  /** Embedded structs the field comes from, outermost first. */
  embedded: readonly string[];
  omitEmpty: boolean;
  type: GoType;
}

/** The structs by name, and their fields by lower-case name (encoding/json folds case, apimachinery's does not). */
export interface GoStructs {
  get(name: string): ReadonlyMap<string, GoField>;
}

const parsed = new Map<KubeApiVersion, GoStructs>();

/** The struct types a Pod is made of, in that release of the API module. */
export function podStructs(version: KubeApiVersion): GoStructs {
  let structs = parsed.get(version);
  if (structs === undefined) {
    structs = goStructs(POD_FIELDS, version);
    parsed.set(version, structs);
  }
  return structs;
}

/** The type `*v1.Pod` is decoded into. */
export const POD_TYPE: GoType = { kind: 'struct', name: 'v1.Pod', type: 'Pod' };

/** The structs of a table in the form of `POD_FIELDS`, with the fields that release has; each parsed when asked for. */
export function goStructs(table: string, version: number): GoStructs {
  const lines = new Map(
    table
      .trim()
      .split('\n')
      .map((line) => line.split(': ', 2) as [string, string]),
  );
  const structs = new Map<string, ReadonlyMap<string, GoField>>();
  return {
    get(name) {
      let fields = structs.get(name);
      if (fields === undefined) {
        fields = parseFields(lines.get(name) ?? '', version);
        structs.set(name, fields);
      }
      return fields;
    },
  };
}

function parseFields(line: string, version: number): ReadonlyMap<string, GoField> {
  const fields = new Map<string, GoField>();
  for (const text of line.split(', ')) {
    const field = parseField(text, version);
    if (field !== undefined) fields.set(field.name.toLowerCase(), field);
  }
  return fields;
}

function parseField(text: string, version: number): GoField | undefined {
  const [label = '', type = ''] = text.split(' ', 2);
  const [path = '', ...versions] = label.split('@');
  for (const mark of versions) {
    const limit = Number(mark.slice(1));
    if (mark.startsWith('+') ? version < limit : version >= limit) return undefined;
  }
  const embedded = path.split('>');
  const name = (embedded.pop() ?? '').replace(/!$/, '');
  return { name, embedded, omitEmpty: !path.endsWith('!'), type: parseType(type) };
}

function parseType(text: string): GoType {
  if (text.startsWith('*')) {
    const element = parseType(text.slice(1));
    return { kind: 'pointer', name: element.name, element };
  }
  if (text.startsWith('[]')) {
    const element = parseType(text.slice(2));
    return { kind: 'slice', name: `[]${element.name}`, element };
  }
  if (text.startsWith('{}')) return parseMap(text.slice(2));
  const [kind = '', alias] = text.split(':');
  switch (kind) {
    case 'string':
    case 'bool':
      return { kind, name: alias ?? kind };
    case 'int32':
    case 'int64':
      return { kind: 'int', name: alias ?? kind, bits: kind === 'int32' ? 32 : 64 };
    case 'bytes':
      return { kind: 'bytes', name: '[]uint8' };
    case 'Time':
      return { kind: 'time', name: 'v1.Time' };
    case 'Quantity':
      return { kind: 'quantity', name: 'resource.Quantity' };
    case 'IntOrString':
      return { kind: 'intOrString', name: 'intstr.IntOrString' };
    case 'ExtraValue':
      return { kind: 'slice', name: 'v1.ExtraValue', element: { kind: 'string', name: 'string' } };
    case 'FieldsV1':
    case 'RawExtension':
      return { kind: 'raw', name: kind };
    default:
      return { kind: 'struct', name: `v1.${kind}`, type: kind };
  }
}

/** `string`, or with the map's own name `Quantity:v1.ResourceList`. */
function parseMap(text: string): GoType {
  const [kind = '', alias] = text.split(':');
  const element = parseType(kind);
  return { kind: 'map', name: alias ?? `map[string]${element.name}`, element };
}
