import { LabError } from '../../core/errors.ts';
import { nearestName } from '../../kube/decoding/nearest-name.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { ALL, type Cluster, findResource, RESOURCES, type Resource } from './resources.ts';
import { printTable, type Table } from './table.ts';

export interface SelectOptions {
  /** `pods`, `pod/web`, `svc,ep`; with names behind: `pod web api`. */
  words: readonly string[];
  namespace?: string;
  /** `app=web,tier!=x`: equality only. */
  selector?: string;
}

/** The objects of one kind that a user asked for. */
export interface Selected {
  resource: Resource;
  objects: readonly KubeObject[];
}

/** kubectl's sentence, with what was likely meant. */
export function unknownResource(word: string): LabError {
  const near = nearestName(
    word,
    RESOURCES.flatMap(({ names }) => names.filter((name) => name.length > 3)),
  );
  const known = `Known are: ${RESOURCES.map(({ names }) => names[0]).join(', ')}.`;
  return new LabError('UNKNOWN_RESOURCE', `the server doesn't have a resource type "${word}"`, {
    hint: near === undefined ? known : `Did you mean ${near}? ${known}`,
  });
}

/**
 * Finds what the words of a `get` or `describe` mean.
 * @throws LabError UNKNOWN_RESOURCE, NOT_FOUND (with kubectl's own sentences).
 */
export function select(cluster: Cluster, options: SelectOptions): Selected[] {
  const all = [...cluster.objects, ...(cluster.events as unknown as KubeObject[])];
  const { kinds, byKind } = parseWords(options.words);
  const selected = kinds.map((word): Selected => {
    const resource = findResource(word, all);
    if (resource === undefined) throw unknownResource(word);
    const names = byKind.get(word) ?? [];
    const objects = all
      .filter((object) => object.kind === resource.kind && inNamespace(object, options.namespace))
      .filter((object) => matches(object, options.selector))
      .sort(byName);
    if (names.length === 0) return { resource, objects };
    return { resource, objects: names.map((name) => named(objects, resource, name)) };
  });
  return selected;
}

/**
 * Tables of what was selected, one a kind, as `kubectl get` prints them; empty text if there is nothing. The namespace is
 * said if there are several, or if asked for.
 */
export function getText(
  selected: readonly Selected[],
  options: { now: number; wide?: boolean; noHeaders?: boolean; allNamespaces?: boolean },
): string {
  const found = selected.filter(({ objects }) => objects.length > 0);
  const namespaces = new Set(
    found.flatMap(({ objects }) => objects.flatMap(({ metadata: { namespace } }) => namespace ?? [])),
  );
  return found
    .map(({ resource, objects }) => {
      const prefixed =
        selected.length > 1
          ? objects.map((object) => withName(object, `${resource.prefix}/${object.metadata.name}`))
          : objects;
      const table = resource.table(prefixed, options);
      const said = namespaces.size > 1 || options.allNamespaces === true;
      return printTable(said ? withNamespaces(table, objects) : table, {
        noHeaders: options.noHeaders ?? false,
      });
    })
    .join('\n');
}

/** What the words of a `get` name: kinds, and names of each (none: all). */
export function parseWords(words: readonly string[]): { kinds: string[]; byKind: Map<string, string[]> } {
  const byKind = new Map<string, string[]>();
  const add = (kind: string, name?: string) => {
    const names = byKind.get(kind) ?? [];
    byKind.set(kind, names);
    if (name !== undefined) names.push(name);
  };
  const [first = 'pods', ...rest] = words;
  if (first.includes('/')) for (const word of words) add(...(word.split('/') as [string, string]));
  else {
    const kinds = first.split(',').flatMap((kind) => (kind === 'all' ? ALL : [kind]));
    for (const kind of kinds) {
      add(kind);
      for (const name of rest) add(kind, name);
    }
  }
  return { kinds: [...byKind.keys()], byKind };
}

function named(objects: readonly KubeObject[], resource: Resource, name: string): KubeObject {
  const found = objects.find((object) => object.metadata.name === name);
  if (found !== undefined) return found;
  throw new LabError('NOT_FOUND', `${resource.names[0]} "${name}" not found`, {
    hint:
      objects.length === 0
        ? `The run has no ${resource.names[0]}.`
        : `There are: ${objects
            .slice(0, 10)
            .map(({ metadata }) => metadata.name)
            .join(', ')}.`,
  });
}

/** True for an object of this namespace, or of none. */
export function inNamespace(object: KubeObject, namespace: string | undefined): boolean {
  return namespace === undefined || object.metadata.namespace === undefined || object.metadata.namespace === namespace;
}

/** True if the labels of an object fit a selector: equality only. */
export function matches(object: KubeObject, selector: string | undefined): boolean {
  if (selector === undefined || selector === '') return true;
  const labels = object.metadata.labels ?? {};
  return selector.split(',').every((part) => {
    const [, key = '', operator, value] = /^\s*([^=!\s]+)\s*(?:(==?|!=)\s*(\S*))?\s*$/.exec(part) ?? [];
    if (operator === undefined) return key in labels;
    return operator === '!=' ? labels[key] !== value : labels[key] === value;
  });
}

function byName(a: KubeObject, b: KubeObject): number {
  const left = `${a.metadata.namespace ?? ''}/${a.metadata.name}`;
  const right = `${b.metadata.namespace ?? ''}/${b.metadata.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

function withName(object: KubeObject, name: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name } };
}

function withNamespaces(table: Table, objects: readonly KubeObject[]): Table {
  return {
    ...table,
    headers: ['NAMESPACE', ...table.headers],
    rows: table.rows.map((row, index) => [objects[index]?.metadata.namespace ?? '', ...row]),
  };
}
