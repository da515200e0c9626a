import { LabError } from '../../core/errors.ts';
import type { Event, KubeObject } from '../../kube/objects.ts';
import type { ObjectWrite } from '../object-writes.ts';
import { eventsCommandTable } from './event-tables.ts';
import { inNamespace, matches, parseWords, type SelectOptions, unknownResource } from './get.ts';
import { findResource, type Resource } from './resources.ts';
import { printTable, type Table } from './table.ts';

export interface WatchOptions extends SelectOptions {
  /** Calendar time of t = 0, ms since 1970. */
  epochMs: number;
  wide?: boolean;
  noHeaders?: boolean;
  /** `--output-watch-events`: say what kind of write each row is. */
  watchEvents?: boolean;
  /** `--all-namespaces`: say where each object is. */
  namespaces?: boolean;
}

/** What a watch sees of a run: the writes to objects of one kind that were asked for. */
export class WatchSelection {
  readonly resource: Resource;
  readonly #names: readonly string[];
  readonly #options: SelectOptions;
  readonly #seen = new Set<string>();

  /**
   * `known`: objects that there are, for kinds that have no name of their own in probelab.
   * @throws LabError UNKNOWN_RESOURCE; USAGE for several kinds, in kubectl's words.
   */
  constructor(options: SelectOptions, known: readonly KubeObject[] = []) {
    const { kinds, byKind } = parseWords(options.words);
    const [word = 'pods'] = kinds;
    if (kinds.length > 1) throw new LabError('USAGE', 'you may only specify a single resource type');
    const resource = findResource(word, known);
    if (resource === undefined) throw unknownResource(word);
    this.resource = resource;
    this.#names = byKind.get(word) ?? [];
    this.#options = options;
  }

  /** The write as this watch sees it: an object that leaves the selection is deleted for it. Undefined: not at all. */
  see(write: ObjectWrite): ObjectWrite | undefined {
    const { object } = write;
    const { namespace, selector } = this.#options;
    const { name } = object.metadata;
    if (object.kind !== this.resource.kind || !inNamespace(object, namespace)) return undefined;
    if (this.#names.length > 0 && !this.#names.includes(name)) return undefined;
    const key = `${object.metadata.namespace}/${name}`;
    const known = this.#seen.has(key);
    if (!matches(object, selector) || write.op === 'DELETED') {
      this.#seen.delete(key);
      return known ? { ...write, op: 'DELETED' } : undefined;
    }
    this.#seen.add(key);
    return { ...write, op: known ? 'MODIFIED' : 'ADDED' };
  }
}

/**
 * Prints what a watch sees, row by row, as `kubectl get -w` does: headers before the first row, columns that grow with
 * their cells and never shrink. Models kubernetes v1.34 kubectl pkg/cmd/get watch.
 */
export class WatchPrinter {
  readonly #resource: Resource;
  readonly #options: Omit<WatchOptions, 'words'>;
  readonly #remembered: number[] = [];
  #headers: boolean;

  constructor(resource: Resource, options: Omit<WatchOptions, 'words'>) {
    this.#resource = resource;
    this.#options = options;
    this.#headers = options.noHeaders !== true;
  }

  /** The row of a write, below the headers if it is the first. */
  row({ at, op, object }: ObjectWrite): string {
    const { epochMs, wide, watchEvents, namespaces } = this.#options;
    let table = this.#resource.table([object], { now: epochMs + at, ...(wide === undefined ? {} : { wide }) });
    if (namespaces === true) table = before(table, 'NAMESPACE', object.metadata.namespace ?? '');
    if (watchEvents === true) table = before(table, 'EVENT', op);
    return this.print(table);
  }

  /** A table of its own, in this watch's columns. */
  print(table: Table): string {
    const noHeaders = !this.#headers;
    this.#headers = false;
    return printTable(table, { noHeaders, remembered: this.#remembered });
  }
}

/** A row of `kubectl events --watch`; undefined for a deletion, which it does not show. */
export function eventsCommandRow({ at, op, object }: ObjectWrite, epochMs: number): Table | undefined {
  if (op === 'DELETED') return undefined;
  return eventsCommandTable([object as unknown as Event], { now: epochMs + at });
}

function before({ headers, rows }: Table, header: string, cell: string): Table {
  return { headers: [header, ...headers], rows: rows.map((row) => [cell, ...row]) };
}
