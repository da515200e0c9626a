import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import { LabError, type SourceLocation } from '../../core/errors.ts';
import type { FieldPath } from './decode-object.ts';
import type { ScalarResolver } from './yaml-scalar.ts';

/** More nodes than this, aliases expanded, is an attack and no manifest. */
const NODE_LIMIT = 500_000;

/** One document of a YAML file, with places. */
export interface YamlDocument {
  /** Where the document's content begins. */
  readonly location: SourceLocation;
  /**
   * The value at `path` (default: all of it); `scalar` says what plain scalars stand for, and may be another for the
   * parts below a path. Throws LabError `YAML_SYNTAX` for an alias that contains itself or grows without end.
   */
  value(scalar: ScalarResolver, path?: FieldPath): unknown;
  /** Where a field's key or its value lies; the nearest place above it that exists if it does not. */
  locate(path: FieldPath, part?: 'key' | 'value'): SourceLocation;
}

export interface YamlFile {
  documents: readonly YamlDocument[];
  /** Code `YAML_SYNTAX`, with place. */
  errors: readonly LabError[];
}

export interface YamlFileOptions {
  file: string;
  /** A key given twice is an error; otherwise the last one wins, as for kubectl. Default false. */
  uniqueKeys?: boolean;
}

/** The documents of a YAML (or JSON) text; empty ones are left out. Never throws. */
export function readYaml(text: string, options: YamlFileOptions): YamlFile {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    schema: 'failsafe',
    uniqueKeys: options.uniqueKeys ?? false,
    strict: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const at = (offset: number): SourceLocation => {
    const { line, col } = counter.linePos(offset);
    return { file: options.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (!Array.isArray(documents)) return { documents: [], errors: [] };
  const list = documents as Document.Parsed[];
  const errors = list.flatMap((document) =>
    document.errors.map((error) => syntaxError(error.message, at(error.pos[0]), error.code)),
  );
  return { documents: list.filter((d) => !isEmpty(d)).map((d) => located(d, at)), errors };
}

function syntaxError(message: string, location: SourceLocation, code: string): LabError {
  const hint =
    code === 'DUPLICATE_KEY'
      ? 'Keep one of them.'
      : code === 'TAB_AS_INDENT'
        ? 'Indent with blanks.'
        : 'The text before this place may be where it went wrong: look at indentation, quotes and colons.';
  return new LabError('YAML_SYNTAX', message, { location, hint });
}

function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return contents === null || (isScalar(contents) && contents.type === 'PLAIN' && contents.source === '');
}

function located(document: Document.Parsed, at: (offset: number) => SourceLocation): YamlDocument {
  const root = document.contents as Node;
  const start = (node: Node | null | undefined): number | undefined => node?.range?.[0];
  return {
    location: at(start(root) ?? 0),
    value(scalar, path = []) {
      const node = nodeAt(document, root, path)?.value;
      const reader = new ValueReader(document, scalar, at);
      return node === undefined ? undefined : reader.read(node);
    },
    locate(path, part = 'value') {
      let offset = start(root) ?? 0;
      for (let length = 1; length <= path.length; length++) {
        const found = nodeAt(document, root, path.slice(0, length));
        if (found === undefined) break;
        const wanted =
          part === 'key' ? (start(found.key) ?? start(found.value)) : (start(found.value) ?? start(found.key));
        offset = wanted ?? offset;
      }
      return at(offset);
    },
  };
}

interface FoundNode {
  key: Node | undefined;
  value: Node | undefined;
}

function nodeAt(document: Document.Parsed, root: Node, path: FieldPath): FoundNode | undefined {
  let found: FoundNode = { key: undefined, value: root };
  for (const step of path) {
    const node = dereference(document, found.value);
    if (typeof step === 'number' && isSeq(node))
      found = { key: undefined, value: node.items[step] as Node | undefined };
    else if (isMap(node)) {
      const pair = findPair(document, node, String(step));
      if (pair === undefined) return undefined;
      found = { key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined };
    } else return undefined;
    if (found.value === undefined && found.key === undefined) return undefined;
  }
  return found;
}

function dereference(document: Document.Parsed, node: Node | undefined): Node | undefined {
  return isAlias(node) ? (node.resolve(document) as Node | undefined) : node;
}

/** The last pair of that key wins; a merged one counts if there is none. */
function findPair(document: Document.Parsed, map: YAMLMap, name: string): Pair | undefined {
  const own = map.items.findLast((pair) => keyText(pair.key) === name);
  if (own !== undefined) return own;
  for (const pair of map.items) {
    if (keyText(pair.key) !== '<<') continue;
    for (const source of mergeSources(document, pair.value as Node)) {
      const found = findPair(document, source, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function mergeSources(document: Document.Parsed, value: Node): YAMLMap[] {
  const node = dereference(document, value);
  const nodes = isSeq(node) ? (node.items as Node[]).map((item) => dereference(document, item)) : [node];
  return nodes.filter((item) => isMap(item)) as YAMLMap[];
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** Turns nodes into plain values. */
class ValueReader {
  readonly #document: Document.Parsed;
  readonly #scalar: ScalarResolver;
  readonly #at: (offset: number) => SourceLocation;
  readonly #open = new Set<Node>();
  #nodes = 0;

  constructor(document: Document.Parsed, scalar: ScalarResolver, at: (offset: number) => SourceLocation) {
    this.#document = document;
    this.#scalar = scalar;
    this.#at = at;
  }

  read(given: Node | null): unknown {
    if (given === null) return null;
    const node = dereference(this.#document, given);
    if (node === undefined) throw this.#error('There is no anchor for this alias', given);
    if (node === null) return null;
    if (++this.#nodes > NODE_LIMIT) throw this.#error('The aliases of this document grow without end', given);
    if (isScalar(node)) return this.#scalarOf(node);
    if (this.#open.has(node)) throw this.#error('An alias contains itself', given);
    this.#open.add(node);
    const value = isSeq(node) ? (node.items as Node[]).map((item) => this.read(item)) : this.#mapOf(node as YAMLMap);
    this.#open.delete(node);
    return value;
  }

  #mapOf(map: YAMLMap): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const pair of map.items) {
      if (keyText(pair.key) !== '<<') continue;
      for (const source of mergeSources(this.#document, pair.value as Node)) {
        Object.assign(result, { ...(this.read(source) as object), ...result });
      }
    }
    for (const pair of map.items) {
      const key = keyText(pair.key);
      if (key === '<<' && mergeSources(this.#document, pair.value as Node).length > 0) continue;
      // Own properties only: a key named __proto__ is a field like any other.
      Object.defineProperty(result, key, {
        value: this.read(pair.value as Node | null),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return result;
  }

  #scalarOf(node: Node): unknown {
    const { type, source, value, tag } = node as { type?: string; source?: string; value: unknown; tag?: string };
    if (tag === 'tag:yaml.org,2002:str' || tag === '!') return String(value);
    return type === 'PLAIN' || type === undefined ? this.#scalar(source ?? String(value ?? '')) : String(value);
  }

  #error(message: string, node: Node): LabError {
    return new LabError('YAML_SYNTAX', message, {
      location: this.#at(node.range?.[0] ?? 0),
      hint: 'Write the value out instead.',
    });
  }
}
