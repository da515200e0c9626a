import type {
  Deployment,
  EndpointSlice,
  Event,
  KubeObject,
  Pod,
  ReplicaSet,
  Service,
} from '../../../sim/kube/objects.ts';

interface Kinds {
  Pod: Pod;
  Service: Service;
  EndpointSlice: EndpointSlice;
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  Event: Event;
}

interface Write {
  /** Seconds since the apply. */
  t: number;
  op: string;
  object: KubeObject;
}

/** Every object that kubectl could have shown at a moment of the run. */
export class World {
  readonly #writes = new Map<string, Write[]>();

  /** A write that the run's watches saw. */
  add(t: number, op: string, object: KubeObject): void {
    const writes = this.#writes.get(object.kind) ?? [];
    this.#writes.set(object.kind, writes);
    writes.push({ t, op, object });
  }

  /** The objects of a kind that were there at `t`, seconds since the apply; sorted by name, as the API lists them. */
  at<K extends keyof Kinds>(kind: K, t: number): Kinds[K][] {
    const found = new Map<string, KubeObject>();
    for (const write of this.#writes.get(kind) ?? []) {
      if (write.t > t) break;
      const { name } = write.object.metadata;
      if (write.op === 'DELETED') found.delete(name);
      else found.set(name, write.object);
    }
    return ([...found.values()] as unknown as Kinds[K][]).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** Every write of a kind but deletions, as a watch told of it. */
  writes<K extends keyof Kinds>(kind: K): { t: number; object: Kinds[K] }[] {
    const all = (this.#writes.get(kind) ?? []).filter(({ op }) => op !== 'DELETED');
    return all.map(({ t, object }) => ({ t, object: object as unknown as Kinds[K] }));
  }

  /** When something was written within a span: its beginning and each write, of more than `limit` those nearest to `at`. */
  moments({ from, to }: { from: number; to: number }, at: number, limit: number): number[] {
    const times = new Set([from, Math.min(to, Math.max(from, at))]);
    for (const [kind, writes] of this.#writes) {
      if (kind === 'Event') continue;
      for (const { t } of writes) if (t > from && t < to) times.add(t);
    }
    return [...times].sort((a, b) => Math.abs(a - at) - Math.abs(b - at)).slice(0, limit);
  }

  /** The events about an object (`Pod/web`) as they stood after each of their writes. */
  eventsAfterEachWrite(about: (event: Event) => string | undefined): { t: number; events: Event[] }[] {
    const found = new Map<string, Event>();
    const states: { t: number; events: Event[] }[] = [];
    for (const { t, op, object } of this.#writes.get('Event') ?? []) {
      const event = object as unknown as Event;
      if (op === 'DELETED' || about(event) === undefined) continue;
      found.set(event.metadata.name, event);
      states.push({ t, events: [...found.values()] });
    }
    return states;
  }
}
