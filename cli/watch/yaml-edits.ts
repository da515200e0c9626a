import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, stringify } from 'yaml';

/** A piece of a file that becomes another. Offsets of the text. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** A file whose values can be replaced where they stand: comments and layout stay. */
export class EditableYaml {
  readonly #text: string;
  readonly #documents: readonly Document[];

  constructor(text: string) {
    this.#text = text;
    this.#documents = parseAllDocuments(text) as Document[];
  }

  /** The node below `spec.expect` that begins in a line; undefined if there is none. */
  expectationAt(line: number): Node | undefined {
    for (const document of this.#documents) {
      const list = document.getIn(['spec', 'expect']);
      const found = isSeq(list) ? (list.items as Node[]).find((item) => this.#lineOf(item) === line) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What makes a node another value; undefined if it has no place in the text. */
  replace(node: Node | null | undefined, value: unknown): Edit | undefined {
    const range = node?.range;
    if (range === null || range === undefined) return undefined;
    const [from, to] = range;
    // A list or map in lines of its own ends behind its last line.
    const end = this.#text.slice(from, to).trimEnd().length + from;
    return { from, to: end, text: flow(value) };
  }

  #lineOf(node: Node): number {
    return this.#text.slice(0, node.range?.[0] ?? 0).split('\n').length;
  }
}

/** The text with edits; they do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const last = [...edits].sort((a, b) => b.from - a.from);
  return last.reduce((rest, { from, to, text: piece }) => rest.slice(0, from) + piece + rest.slice(to), text);
}

/** On one line, as it may stand within a flow map, too. */
function flow(value: unknown): string {
  if (typeof value === 'string' && /[,[\]{}#:]/.test(value)) return JSON.stringify(value);
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

/** The node at a path as mismatches name it: `status.containerStatuses[app].restartCount`. */
export function nodeAt(node: unknown, path: string): Node | undefined {
  if (path === '') return (node ?? undefined) as Node | undefined;
  if (isMap(node)) {
    const pairs = node.items as Pair<Node, Node>[];
    // The longest name: those of labels contain dots.
    const fitting = pairs
      .map((pair) => ({ name: String(isScalar(pair.key) ? pair.key.value : pair.key), value: pair.value }))
      .filter(({ name }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))
      .sort((a, b) => b.name.length - a.name.length)[0];
    return fitting === undefined
      ? undefined
      : nodeAt(fitting.value, path.slice(fitting.name.length).replace(/^\./, ''));
  }
  const [whole, label] = /^\[([^\]]*)\]/.exec(path) ?? [];
  if (!isSeq(node) || whole === undefined || label === undefined) return undefined;
  const items = node.items as Node[];
  const keyed = items.find((item) =>
    ['name', 'type', 'mountPath'].some((key) => isMap(item) && item.get(key) === label),
  );
  const item = keyed ?? (/^\d+$/.test(label) ? items[Number(label)] : undefined);
  return item === undefined ? undefined : nodeAt(item, path.slice(whole.length).replace(/^\./, ''));
}
