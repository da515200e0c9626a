import type { ProbeFact, RequestFact, StampedFact } from '../../kube/fact.ts';
import type { Event, KubeObject } from '../../kube/objects.ts';
import { readTold } from '../../programs/registry-client/told.ts';

/** A state of an object, in force from `at` until the next one. */
export interface ObjectVersion {
  at: number;
  /** Undefined: it was deleted. */
  object: KubeObject | undefined;
}

/** Everything one object (one uid) was, in order; of states written at one moment all are kept. */
export type ObjectStory = readonly ObjectVersion[];

/** One time an event happened. */
export interface EventOccurrence {
  at: number;
  event: Event;
}

/** A run's facts, sorted once for all expectations. Costs one pass over the history. */
export class HistoryIndex {
  readonly endMs: number;
  readonly probes: (ProbeFact & { at: number })[] = [];
  readonly requests: (RequestFact & { at: number })[] = [];
  readonly #stories = new Map<string, Map<string, ObjectVersion[]>>();
  #occurrences: EventOccurrence[] | undefined;

  constructor(facts: readonly StampedFact[], endMs: number) {
    this.endMs = endMs;
    for (const fact of facts) {
      if (fact.kind === 'probe') this.probes.push(fact);
      else if (fact.kind === 'request') this.requests.push(fact);
      else if (fact.kind === 'log') this.#addCall(fact);
      else if (fact.kind === 'object') this.#addVersion(fact.at, fact.object, fact.op === 'DELETED');
    }
  }

  /** The stories of all objects of a kind. */
  stories(kind: string): ObjectStory[] {
    return [...(this.#stories.get(kind)?.values() ?? [])];
  }

  get kinds(): string[] {
    return [...this.#stories.keys()];
  }

  /** Every time an event happened, in order of time. */
  get occurrences(): readonly EventOccurrence[] {
    this.#occurrences ??= this.stories('Event')
      .flatMap((story) => {
        let count = 0;
        return story.flatMap(({ at, object }): EventOccurrence[] => {
          const event = object as unknown as Event | undefined;
          if (event === undefined || (event.count ?? 1) === count) return [];
          count = event.count ?? 1;
          return [{ at, event }];
        });
      })
      .sort((a, b) => a.at - b.at);
    return this.#occurrences;
  }

  /** A program's own request, which it told in a line of its output. */
  #addCall({ at, line, pod }: StampedFact & { kind: 'log' }): void {
    const told = readTold(line);
    if (told?.kind !== 'call') return;
    const { caller, target, status, error, durationMs } = told;
    const how = { ...(status === undefined ? {} : { status }), ...(error === undefined ? {} : { error }) };
    this.requests.push({ kind: 'request', client: caller, target, pod, ...how, startedAt: at - durationMs, at });
  }

  #addVersion(at: number, object: KubeObject, deleted: boolean): void {
    let stories = this.#stories.get(object.kind);
    if (stories === undefined) {
      stories = new Map();
      this.#stories.set(object.kind, stories);
    }
    const { namespace, name, uid } = object.metadata;
    const key = `${namespace ?? ''}/${name}/${uid}`;
    const version = { at, object: deleted ? undefined : object };
    const story = stories.get(key);
    if (story === undefined) stories.set(key, [version]);
    else story.push(version);
  }
}

/** The state in force at a moment: the last write at or before it. */
export function versionAt(story: ObjectStory, at: number): ObjectVersion | undefined {
  let low = 0;
  let high = story.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((story[middle] as ObjectVersion).at <= at) low = middle + 1;
    else high = middle;
  }
  return story[low - 1];
}
