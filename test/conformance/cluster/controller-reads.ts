import type { PacedController } from '../../../sim/lab.ts';
import type { Names } from './names.ts';
import type { PodWrite } from './pod-writes.ts';
import { distinctWrites } from './recorder.ts';
import { type SetWrite, statusWritesOf } from './set-writes.ts';
import type { EndpointsEntry, Story } from './story.ts';

/** An answer of the API that takes longer than this was one to another write: a controller may wait for its turn. */
const LONGEST_CONTROLLER_WRITE_MS = 300;
/** A ReplicaSet's sync, with the pods that it makes, takes no longer than this. */
const LONGEST_SET_WRITE_MS = 100;
/** A controller's reading and writing takes longer than this. */
const BETWEEN_WRITES_MS = 5;
/** From a pod's write to what a controller hears of it. */
const WATCH_MS = 4;
/** From a slice's write to the one that its own news led to. */
const SURPRISED_AFTER_MS = [990, 1050] as const;
const RECORDED_AS = { endpointslice: 'endpointslices', endpoints: 'endpoints' } as const;

type Recorded = (typeof RECORDED_AS)[keyof typeof RECORDED_AS];

/**
 * When the endpoints controllers of a recording took up a service: whether they saw two changes of a moment together
 * or one by one hangs on nothing but the machine. Their recorded writes say it.
 */
export class ControllerReads {
  readonly #story: Story;
  readonly #podWrites: readonly PodWrite[];
  readonly #setWrites: readonly SetWrite[];
  readonly #names: Names;
  readonly #now: () => number;

  /** `now`: ms since the apply. */
  constructor(story: Story, names: Names, podWrites: readonly PodWrite[], now: () => number) {
    this.#story = story;
    this.#names = names;
    this.#podWrites = podWrites;
    this.#setWrites = statusWritesOf(story.replicasets ?? []);
    this.#now = now;
  }

  /** Ms until a controller takes up a service: its next recorded write says it. `written`: how many the run has made. */
  latencyMs(controller: PacedController, key: string, written: number): number | undefined {
    if (controller !== 'endpointslice' && controller !== 'endpoints') return undefined;
    const kind = RECORDED_AS[controller];
    const all = distinctWrites(this.#story[kind] ?? [], key.slice(key.indexOf('/') + 1));
    const [before, next] = [sliceBefore(all, written), all[written]];
    const later = all.slice(written + 1).find((_, index) => sliceBefore(all, written + 1 + index) === next);
    if (next === undefined || ms(next.t) > this.#now() + LONGEST_CONTROLLER_WRITE_MS) return undefined;
    const seen = this.#runs(kind, before, next);
    const read = Math.max(0, ...seen.map(({ last }) => last));
    // What the write after this one shows was not seen yet: watches may tell of several writes at once, and late.
    const unseen = later === undefined ? [] : this.#runs(kind, next, later).map(({ first }) => first);
    const tooLate = read + WATCH_MS > Math.min(...unseen);
    const at = tooLate ? Math.max(0, ...seen.map(({ first }) => first)) : read;
    return at === 0 ? undefined : Math.max(0, at + WATCH_MS - this.#now());
  }

  /** Ms until the API had a controller's next write about a service: several services wait for their turns in any order. */
  sentMs(controller: PacedController, key: string, written: number): number | undefined {
    if (controller !== 'endpointslice' && controller !== 'endpoints') return undefined;
    const all = distinctWrites(this.#story[RECORDED_AS[controller]] ?? [], key.slice(key.indexOf('/') + 1));
    const [next, later] = [all[written], all[written + 1]];
    const wait = next === undefined ? -1 : ms(next.t) - this.#now();
    // Writes that were heard of together were made one after the other, and earlier.
    const together = later !== undefined && next !== undefined && ms(later.t) - ms(next.t) < BETWEEN_WRITES_MS;
    return wait < 0 || wait > LONGEST_CONTROLLER_WRITE_MS || together ? undefined : wait;
  }

  /** Ms until the API had the next status of a ReplicaSet. `written`: how many statuses the run has written. */
  setStatusMs(key: string, written: number): number | undefined {
    const name = this.#names.recordedSet(key.slice(key.indexOf('/') + 1));
    const next = this.#setWrites.filter((write) => write.name === name)[written];
    const wait = next === undefined ? -1 : next.at - this.#now();
    return wait < 0 || wait > LONGEST_SET_WRITE_MS ? undefined : wait;
  }

  /** The recording has a write a second after the one just made that no pod's change led to. `written`: how many the run has made. */
  hearsOwnSliceFirst(key: string, written: number): boolean {
    const name = key.slice(key.indexOf('/') + 1);
    const all = distinctWrites(this.#story.endpointslices ?? [], name);
    const made = all[written - 1];
    if (made === undefined) return false;
    const [from, to] = SURPRISED_AFTER_MS;
    return all.slice(written).some((entry, index) => {
      const after = ms(entry.t) - ms(made.t);
      return after >= from && after <= to && !this.#isCaused(sliceBefore(all, written + index), entry);
    });
  }

  /** A pod was written just before that this write says something new of. */
  #isCaused(before: EndpointsEntry | undefined, entry: EndpointsEntry): boolean {
    const recent = ms(entry.t) - LONGEST_CONTROLLER_WRITE_MS;
    return this.#runs('endpointslices', before, entry).some(({ last }) => last > recent);
  }

  /** For each pod that one write says something else of than the other: the writes of the pod that it says so after. */
  #runs(kind: Recorded, before: EndpointsEntry | undefined, after: EndpointsEntry): { first: number; last: number }[] {
    const [old, now] = [podsOf(before), podsOf(after)];
    const changed = [...new Set([...old.keys(), ...now.keys()])].filter((pod) => old.get(pod) !== now.get(pod));
    return changed.map((pod) => this.#run(kind, pod, ms(after.t) + 2, now.get(pod)));
  }

  /** The pod's latest writes in a row that a controller can have seen which then says this of it. */
  #run(kind: Recorded, pod: string, until: number, endpoint: string | undefined): { first: number; last: number } {
    const writes = this.#podWrites.filter((write) => write.pod === pod && write.at <= until);
    const last = writes.findLastIndex((write) => fits(kind, write, endpoint));
    if (last < 0) {
      const at = writes.at(-1)?.at ?? 0;
      return { first: at, last: at };
    }
    let first = last;
    while (first > 0 && fits(kind, writes[first - 1] as PodWrite, endpoint)) first--;
    return { first: writes[first]?.at ?? 0, last: writes[last]?.at ?? 0 };
  }
}

/** What the slice of this write said before: a service has a slice for each set of ports, and a pod is in one of them. */
function sliceBefore(all: readonly EndpointsEntry[], index: number): EndpointsEntry | undefined {
  const now = podsOf(all[index]);
  const isSame = (entry: EndpointsEntry) => [...podsOf(entry).keys()].some((pod) => now.has(pod));
  const before = all.slice(0, Math.max(0, index));
  return before.findLast(isSame) ?? (now.size === 0 ? before.at(-1) : undefined);
}

/** Does a controller that has seen this write say that of the pod? An endpoint of undefined: none. */
function fits(kind: Recorded, write: PodWrite, endpoint: string | undefined): boolean {
  const { op, ip, ready, deleting, over } = write;
  if (endpoint === undefined) return over || !ip || (kind === 'endpoints' && deleting);
  if (op === 'DELETED' || !ip) return false;
  if (endpoint === 'ready' || endpoint === 'not ready') return ready === (endpoint === 'ready') && !deleting;
  const serving = !endpoint.includes('"serving":false');
  return endpoint.includes('"terminating":true') === deleting && serving === ready;
}

function podsOf(entry: EndpointsEntry | undefined): Map<string, string> {
  const pods = new Map<string, string>();
  for (const endpoint of (entry?.endpoints ?? []) as { pod?: string; ready?: string[]; notReady?: string[] }[]) {
    if (endpoint.pod !== undefined) pods.set(endpoint.pod, JSON.stringify(endpoint));
    else {
      for (const pod of endpoint.ready ?? []) pods.set(pod, 'ready');
      for (const pod of endpoint.notReady ?? []) pods.set(pod, 'not ready');
    }
  }
  return pods;
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}
