import type { DeploymentStatus } from '../../../sim/controllers/deployment-conditions.ts';
import type { Names } from './names.ts';
import { type PodWrite, podWritesOf } from './pod-writes.ts';
import type { Observed } from './recorder.ts';
import { statusWritesOf } from './set-writes.ts';
import type { Story, WorkloadEntry } from './story.ts';

/** A controller that waits longer than this waits for something else. */
const LONGEST_WAIT_MS = 400;
/** From a write to what a controller hears of it. */
const WATCH_MS = 3;

type Counts = Readonly<Record<string, number>>;

/** What was to be counted from some time on, ms. */
interface Step {
  at: number;
  counts: Counts;
}

/**
 * When the Deployment and ReplicaSet controllers of a recording took up an object: which changes of a moment they counted together
 * hangs on the API's load. Their recorded statuses say it; what they count of it is the run's own.
 */
export class WorkloadReads {
  readonly #story: Story;
  readonly #names: Names;
  readonly #podWrites: readonly PodWrite[];
  readonly #now: () => number;

  /** `now`: ms since the apply. */
  constructor(story: Story, names: Names, podWrites: readonly PodWrite[], now: () => number) {
    this.#story = story;
    this.#names = names;
    this.#podWrites = podWrites;
    this.#now = now;
  }

  /** Ms until the controller takes up `namespace/name`; undefined: as usual. */
  latencyMs(controller: 'deployment' | 'replicaset', key: string, observed: Observed): number | undefined {
    const name = key.slice(key.indexOf('/') + 1);
    return controller === 'deployment' ? this.#deploymentMs(name, observed) : this.#setMs(name, observed);
  }

  /**
   * True if the recording has another status of the deployment first, and soon: the controller looked at it before it had heard of
   * its own last write, and the API refused what it wrote then.
   */
  refuses(key: string, status: DeploymentStatus, { deployments }: Observed): boolean {
    const name = key.slice(key.indexOf('/') + 1);
    const of = (entries: readonly WorkloadEntry[]) => entries.filter((entry) => entry.name === name);
    const { next, conditions, at } = this.#next(of(this.#story.deployments ?? []), of(deployments));
    if (next === undefined || at <= this.#now()) return false;
    const mine: Record<string, number> = {};
    for (const [field, value] of Object.entries(status)) if (typeof value === 'number') mine[field] = value;
    const told = (status.conditions ?? []).every(
      ({ type, status, reason }) => conditions?.[type]?.startsWith(`${status} ${reason}`) === true,
    );
    return !(told && same(mine, next) && same(next, mine));
  }

  #deploymentMs(name: string, { deployments, replicasets }: Observed): number | undefined {
    const of = (entries: readonly WorkloadEntry[]) => entries.filter((entry) => entry.name === name);
    const { before, next, at } = this.#next(of(this.#story.deployments ?? []), of(deployments));
    if (next === undefined) return undefined;
    const sums = (status: Counts) => pick(status, ['replicas', 'readyReplicas', 'availableReplicas']);
    const isMine = (set: string) => set.startsWith(`${name}-`) && !set.slice(name.length + 1).includes('-');
    const now = sumSteps(replicasets.filter((entry) => isMine(entry.name))).at(-1);
    const recorded = sumSteps((this.#story.replicasets ?? []).filter((entry) => isMine(entry.name)));
    return this.#waitFor(sums(before), sums(next), now === undefined ? {} : sums(now.counts), at, recorded, sums);
  }

  #setMs(actual: string, { replicasets, pods }: Observed): number | undefined {
    const name = this.#names.recordedSet(actual);
    const of = (entries: readonly WorkloadEntry[]) => entries.filter((entry) => entry.name === name);
    const { before, next, at } = this.#next(of(this.#story.replicasets ?? []), of(replicasets));
    if (next === undefined) return undefined;
    const counts = (status: Counts) => pick(status, ['replicas', 'readyReplicas']);
    const own = (writes: readonly PodWrite[]) => writes.filter(({ pod }) => pod.startsWith(`${name}-`));
    const played = podWritesOf({ ...this.#story, pods });
    const now = podSteps(own(played)).at(-1)?.counts ?? {};
    return this.#waitFor(counts(before), counts(next), counts(now), at, podSteps(own(this.#podWrites)), counts);
  }

  /** The status that the run has written last, and the one that the recording has next. */
  #next(
    recorded: readonly WorkloadEntry[],
    played: readonly WorkloadEntry[],
  ): { before: Counts; next?: Counts; conditions?: Readonly<Record<string, string>>; at: number } {
    const written = statusWritesOf(played).length;
    const all = statusWritesOf(recorded);
    const before = (all[written - 1]?.entry ?? recorded[0])?.status ?? {};
    const next = all[written];
    if (next === undefined || next.at > this.#now() + LONGEST_WAIT_MS) return { before, at: 0 };
    return { before, at: next.at, next: next.entry.status, conditions: next.entry.conditions };
  }

  /** A controller that would count now what it never told of waits until it counts what it told next. */
  #waitFor(
    before: Counts,
    next: Counts,
    now: Counts,
    writtenAt: number,
    recorded: readonly Step[],
    part: (counts: Counts) => Counts,
  ): number | undefined {
    if (same(now, before) || same(now, next)) return undefined;
    const seen = recorded.filter(({ at, counts }) => at < writtenAt && same(part(counts), next)).at(-1);
    if (seen === undefined) return undefined;
    const wait = seen.at + WATCH_MS - this.#now();
    return wait > 0 && wait <= LONGEST_WAIT_MS ? wait : undefined;
  }
}

/** The counts of a deployment's sets together, after each of their writes. */
function sumSteps(entries: readonly WorkloadEntry[]): Step[] {
  const sets = new Map<string, Counts>();
  return entries.map(({ op, name, status, t }) => {
    if (op === 'DELETED') sets.delete(name);
    else sets.set(name, status);
    const counts: Record<string, number> = {};
    for (const set of sets.values())
      for (const [field, value] of Object.entries(set)) counts[field] = (counts[field] ?? 0) + value;
    return { at: Math.round(t * 1000), counts };
  });
}

/** How many pods there were, and how many of them ready, after each of their writes. */
function podSteps(writes: readonly PodWrite[]): Step[] {
  const pods = new Map<string, PodWrite>();
  return writes.map((write) => {
    if (write.op === 'DELETED' || write.deleting || write.over) pods.delete(write.pod);
    else pods.set(write.pod, write);
    return {
      at: write.at,
      counts: { replicas: pods.size, readyReplicas: [...pods.values()].filter(({ ready }) => ready).length },
    };
  });
}

function pick(counts: Counts, fields: readonly string[]): Counts {
  return Object.fromEntries(fields.map((field) => [field, counts[field] ?? 0]));
}

function same(a: Counts, b: Counts): boolean {
  return Object.keys(b).every((field) => (a[field] ?? 0) === b[field]);
}
