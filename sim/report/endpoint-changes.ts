import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { EndpointSlice } from '../kube/objects.ts';
import type { Table } from './kubectl/table.ts';

/** A change of one address of a Service's EndpointSlices. */
export interface EndpointChange {
  at: number;
  namespace: string;
  service: string;
  address: string;
  pod: string;
  change: 'added' | 'changed' | 'removed';
  ready: boolean;
  serving: boolean;
  terminating: boolean;
}

type Conditions = Pick<EndpointChange, 'ready' | 'serving' | 'terminating' | 'pod'>;

/** Finds what a write to an EndpointSlice changed; it remembers the state before. */
export class EndpointWatcher {
  readonly #slices = new Map<string, Map<string, Conditions>>();

  /** The changes that a fact brings, in order of addresses; none for other facts. */
  see(fact: StampedFact): EndpointChange[] {
    if (fact.kind !== 'object' || fact.object.kind !== 'EndpointSlice') return [];
    const slice = fact.object as unknown as EndpointSlice;
    const key = `${slice.metadata.namespace}/${slice.metadata.name}`;
    const before = this.#slices.get(key) ?? new Map<string, Conditions>();
    const after = fact.op === 'DELETED' ? new Map<string, Conditions>() : conditionsOf(slice);
    this.#slices.set(key, after);
    const base = {
      at: fact.at,
      namespace: slice.metadata.namespace,
      service: slice.metadata.labels?.['kubernetes.io/service-name'] ?? slice.metadata.name,
    };
    const changes: EndpointChange[] = [];
    for (const [address, now] of after) {
      const then = before.get(address);
      if (then === undefined) changes.push({ ...base, address, change: 'added', ...now });
      else if (!same(then, now)) changes.push({ ...base, address, change: 'changed', ...now });
    }
    for (const [address, then] of before) {
      if (after.has(address)) continue;
      changes.push({ ...base, address, change: 'removed', ...then, ready: false, serving: false });
    }
    return changes;
  }
}

/** All changes of endpoints in a run. */
export function endpointChanges(facts: readonly StampedFact[]): EndpointChange[] {
  const watcher = new EndpointWatcher();
  return facts.flatMap((fact) => watcher.see(fact));
}

/** Changes as a table with times relative to the start. */
export function endpointChangeTable(changes: readonly EndpointChange[]): Table {
  return {
    headers: ['TIME', 'SERVICE', 'ADDRESS', 'POD', 'CHANGE', 'READY', 'SERVING', 'TERMINATING'],
    rows: changes.map((change) => [
      `+${formatDuration(change.at)}`,
      change.service,
      change.address,
      change.pod === '' ? '-' : change.pod,
      change.change,
      String(change.ready),
      String(change.serving),
      String(change.terminating),
    ]),
  };
}

function conditionsOf(slice: EndpointSlice): Map<string, Conditions> {
  const found = new Map<string, Conditions>();
  for (const endpoint of slice.endpoints ?? []) {
    const { ready = true, serving = ready, terminating = false } = endpoint.conditions ?? {};
    const pod = endpoint.targetRef?.name ?? '';
    for (const address of endpoint.addresses) found.set(address, { ready, serving, terminating, pod });
  }
  return found;
}

function same(a: Conditions, b: Conditions): boolean {
  return a.ready === b.ready && a.serving === b.serving && a.terminating === b.terminating && a.pod === b.pod;
}
