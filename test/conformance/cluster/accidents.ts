import type { PodRef } from '../../../sim/kube/fact.ts';
import type { Container, Pod } from '../../../sim/kube/objects.ts';
import type { KubeletMoments } from '../../../sim/kubelet/moments.ts';
import { ControllerReads } from './controller-reads.ts';
import { firstRunMs } from './first-runs.ts';
import { seenBy } from './looks.ts';
import type { Names } from './names.ts';
import { nextOver, type PodWrite, podWritesOf } from './pod-writes.ts';
import { RecordedAttempts } from './recorded-attempts.ts';
import { RecordedDeletions } from './recorded-deletions.ts';
import { RecordedStarts } from './recorded-starts.ts';
import { RecordedSyncs } from './recorded-syncs.ts';
import type { ContainerView, Story } from './story.ts';
import { tickOf } from './worker-grid.ts';
import { WorkloadReads } from './workload-reads.ts';

/** A look follows a change within PLEG's period, which a busy node stretches. */
const RELIST_MS = 2300;
const SURELY_LOOKED_MS = 1300;
/** A probe's end, the sync that it asks for, and the attempt that this triggers. */
const TOLD_WITHIN_MS = 4;
/** What is asked for in this moment may stand a little before it in the recording. */
const SAME_MS = 60;
/** A sync that waits for a hook or a container's end. */
const LONG_SYNC_MS = 500;
/** Within what time the queue comes back to a pod: after a good sync, after one that failed or backs off. */
const REQUEUE: Record<'good' | 'error', readonly [fromMs: number, toMs: number]> = {
  good: [58_000, 93_000],
  error: [9500, 17_500],
};
/** The sync loop looks for pods past their deadline once a second. */
const DEADLINE_TICK_MS = 1300;
/** Between two clean-ups of the kubelet. */
const CLEAN_UP_MS = 2000;
/** An answer of the API to the kubelet that takes longer than this was one to another write. */
const LONGEST_STATUS_WRITE_MS = 350;
/** A pod's last status is there so soon after its containers are over, if its kubelet lives. */
const ENDS_WITHIN_MS = 5000;
/** From the end of a pod's containers to that of its sandbox, and from that to the API's having it. */
const LONGEST_TEAR_DOWN_MS = 1000;
const WRITE_MS = 12;
/** A sync has stored its status by then. */
const AFTER_SYNC_MS = 20;
/** What any other attempt costs at least. */
const ATTEMPT_MS = 1;
/** What an exec costs at least. */
const EXEC_MS = 60;
const LONGEST_FIRST_WRITE_MS = 650;
const LATEST_FIRST_WRITE_MS = 1500;
/** The kubelet's status manager looks at all pods that often. */
const LATEST_NEW_STATUS_MS = 10_000;
/** From a sync to its status's being written, at least. */
const BEFORE_WRITE_MS = 4;
const GRID_FIELDS = [
  ['startup', 'startupProbe'],
  ['liveness', 'livenessProbe'],
] as const;

/**
 * What a run takes from a recording because on the real node it hangs on nothing but the machine: when the kubelet
 * looks and comes back to a pod, the phase of each worker, how long pulls and starts took. Knows no story.
 */
export class Accidents {
  readonly controllers: ControllerReads;
  readonly workloads: WorkloadReads;
  readonly starts: RecordedStarts;
  readonly attempts: RecordedAttempts;
  readonly deletions: RecordedDeletions;
  readonly #story: Story;
  readonly #names: Names;
  readonly #now: () => number;
  readonly #pod: (ref: PodRef) => Pod | undefined;
  readonly #syncs: RecordedSyncs;
  /** When the first kubelet went down. */
  readonly #kubeletEnds: number;
  readonly #podWrites: readonly PodWrite[];

  /** `now`: ms since the apply; `pod`: the object of a pod of the run. */
  constructor(story: Story, names: Names, now: () => number, pod: (ref: PodRef) => Pod | undefined) {
    this.#story = story;
    this.#names = names;
    this.#now = now;
    this.#pod = pod;
    this.#podWrites = podWritesOf(story);
    this.controllers = new ControllerReads(story, names, this.#podWrites, now);
    this.workloads = new WorkloadReads(story, names, this.#podWrites, now);
    this.deletions = new RecordedDeletions(story, names, this.#podWrites, now);
    this.#syncs = new RecordedSyncs(story);
    const ends = story.run.filter(({ kubelet, t }) => kubelet !== undefined && t > 0).map(({ t }) => ms(t));
    this.#kubeletEnds = ends[0] ?? Number.POSITIVE_INFINITY;
    this.starts = new RecordedStarts(story, names, now, this.#syncs);
    const recorded = { story, names, now, pod };
    this.attempts = new RecordedAttempts({ ...recorded, syncs: this.#syncs, podWrites: this.#podWrites });
  }

  /** The run has synced a pod. */
  noteSync(pod: string): void {
    this.#syncs.noteMade(this.#names.recorded(pod), this.#now());
  }

  get moments(): KubeletMoments {
    return {
      look: (pod) => this.#nextSync(pod, 1, RELIST_MS),
      freshLook: (pod, sinceMs) => (sinceMs > SURELY_LOOKED_MS ? 0 : this.#freshLook(pod, sinceMs)),
      sees: ({ name: actual }, states) => {
        const name = this.#names.recorded(actual);
        const entries = this.#story.pods.filter(({ pod }) => pod === name);
        return seenBy(entries, this.#syncs.of(name), states, this.#now());
      },
      requeue: (pod, outcome) => this.#requeueMs(pod, ...REQUEUE[outcome]),
      deadline: (pod, at) => this.#firstSync(pod, at, at + DEADLINE_TICK_MS),
      writes: (pod) => this.#writes(pod),
      triggersEarly: (pod, container) => this.attempts.triggersEarly(pod, container),
      tornDown: (pod) => this.#tornDownMs(pod),
      missesTick: (pod, container, probe) => this.attempts.missesTick(pod, container, probe),
      merges: (pod, waiting) => this.#merges(pod, waiting),
      answer: (pod, container, probe) => this.attempts.answerMs(pod, container, probe),
      mount: (pod) => this.#mountMs(pod),
      forget: (pod) => this.#forgetMs(pod),
      looksWhileTornDown: ({ name }) => this.#lostAddress(name),
      prunesWhileTornDown: ({ name }) => this.#lostLastState(name),
      jitter: (pod, container, probe, periodMs) =>
        firstRunMs(this.#story, { pod: this.#names.recorded(pod.name), container, probe }, periodMs, this.#now()),
    };
  }

  /** The clean-up comes every 2 s; a pod whose object is gone is probed until then. */
  #forgetMs({ name: actual }: PodRef): number {
    const name = this.#names.recorded(actual);
    const now = this.#now();
    // A new pod of the name is probed, too.
    const again = this.#podWrites.find(({ pod, op, at }) => pod === name && op === 'ADDED' && at > now)?.at;
    const until = Math.min(again ?? Number.POSITIVE_INFINITY, now + CLEAN_UP_MS);
    const later = this.#story.probes.filter(({ pod, t }) => pod === name && ms(t) > now && ms(t) < until);
    // A sync that was under way stores a status once more.
    const end = this.#syncs.nextEnd(name, now) ?? until;
    const stored = this.#syncs.of(name).filter((t) => t > now && t < Math.min(end, until));
    return Math.max(0, ...later.map(({ t }) => ms(t) + 1 - now), ...stored.map((t) => t + AFTER_SYNC_MS - now));
  }

  /** The kubelet looked at the runtime before the pod's end was written: older dead instances had gone by then. */
  #lostLastState(actual: string): boolean {
    const name = this.#names.recorded(actual);
    const mine = this.#story.pods.filter(({ pod }) => pod === name);
    const index = mine.findIndex(({ t, containers }) => ms(t) > this.#now() && containers.every(isOver));
    const had = mine[index - 1]?.containers.some(({ last }) => last !== undefined) === true;
    return had && mine[index]?.containers.every(({ last }) => last === undefined) === true;
  }

  /** The kubelet looked at the runtime in the middle of the pod's end: its last status has no address any more. */
  #lostAddress(actual: string): boolean {
    const name = this.#names.recorded(actual);
    const mine = this.#story.pods.filter(({ pod }) => pod === name);
    const gone = mine.find(({ op, t }) => op === 'DELETED' && ms(t) > this.#now());
    const last = gone ?? mine.findLast(({ t }) => ms(t) < this.#now() + ENDS_WITHIN_MS);
    return mine.some(({ ip, t }) => ip && ms(t) < this.#now()) && last?.ip === false;
  }

  /** No sync followed; where one waits to begin, no other after that. */
  #merges(pod: PodRef, waiting: boolean): boolean {
    const next = this.#nextSync(pod, waiting ? -SAME_MS : 1, RELIST_MS);
    if (!waiting) return next === undefined || this.#isEnd(pod, next);
    if (next === undefined) return false;
    const second = this.#nextSync(pod, next + 1, next + RELIST_MS);
    return second === undefined || this.#isEnd(pod, second);
  }

  /** The sync that is so many ms away is no ordinary one, but works at the pod's end. */
  #isEnd({ name }: PodRef, inMs: number): boolean {
    return this.#syncs.nextEnd(this.#names.recorded(name), this.#now() + inMs - 1) === this.#now() + inMs;
  }

  /** What is told in the moment of a sync is there before it. */
  #freshLook(pod: PodRef, sinceMs: number): number | undefined {
    const lasted = this.#now() - (this.#syncs.lastBegun(this.#names.recorded(pod.name)) ?? 0) > LONG_SYNC_MS;
    const next = this.#nextSync(pod, -Math.min(SAME_MS, sinceMs / 2), RELIST_MS);
    // After a sync that lasted, one just before its end that the run has not made was the next.
    if (next !== 0 && lasted && this.#nextSync(pod, -SAME_MS, 0) === 0) return 1;
    if (next === undefined || next === 0) return next;
    const at = this.#now() + next;
    const name = this.#names.recorded(pod.name);
    const told = this.#toldBefore(name, at);
    return told ? next + 2 : next;
  }

  /** Did a probe's end lead to this sync? A startup's; a readiness's, if the sync made it probe again at once. */
  #toldBefore(name: string, at: number): boolean {
    const ends = this.#story.probes.filter(({ pod, t }) => pod === name && Math.abs(ms(t) - at) <= TOLD_WITHIN_MS);
    return ends.some(({ probe, container, t }, index) => {
      if (probe !== 'readiness') return probe === 'startup' && Math.abs(ms(t) - at) <= 1;
      const again = ends.slice(index + 1).some((next) => next.probe === probe && next.container === container);
      return again && ms(t) <= at;
    });
  }

  /** Of the syncs in a span of run time the first, in ms after its beginning. */
  #firstSync(pod: PodRef, from: number, to: number): number | undefined {
    const first = this.#syncs.next(this.#names.recorded(pod.name), from);
    return first === undefined || first > to ? undefined : first - from;
  }

  /** A pod that is ended before its turn never has it. */
  #requeueMs(pod: PodRef, fromMs: number, toMs: number): number | undefined {
    const now = this.#now();
    const end = this.#syncs.nextEnd(this.#names.recorded(pod.name), now);
    const next = this.#nextSync(pod, fromMs, toMs);
    if (end !== undefined && end - now <= (next ?? toMs)) return toMs;
    // The recording was over before the pod's turn came.
    const left = this.#story.duration * 1000 - now;
    return next === undefined && left <= toMs ? toMs : next;
  }

  #nextSync(pod: PodRef, fromMs: number, toMs: number): number | undefined {
    const now = this.#now();
    const next = this.#syncs.next(this.#names.recorded(pod.name), now + fromMs);
    return next === undefined || next > now + toMs ? undefined : Math.max(0, next - now);
  }

  /** Workers come to life when the volumes are mounted: the phase of their periods says when that was. */
  #mountMs(ref: PodRef): number | undefined {
    const pod = this.#pod(ref);
    const name = this.#names.recorded(ref.name);
    const now = this.#now();
    // A pod that the kubelet has found running has its workers started each in its own time.
    if (pod === undefined || pod.status.containerStatuses?.some(({ state }) => state?.running) === true)
      return undefined;
    let best: { periodMs: number; at: number } | undefined;
    const containers: Container[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    for (const container of containers) {
      for (const [probe, field] of GRID_FIELDS) {
        const spec = container[field];
        if (spec === undefined) continue;
        const periodMs = (spec.periodSeconds ?? 10) * 1000;
        const attempts = this.attempts.of(name, container.name, probe).filter(({ t }) => ms(t) < this.#kubeletEnds);
        const at = tickOf(attempts, periodMs, spec.exec === undefined ? ATTEMPT_MS : EXEC_MS);
        if (at !== undefined && (best === undefined || periodMs > best.periodMs)) best = { periodMs, at };
      }
    }
    if (best === undefined) return undefined;
    const until = (best.at - now) % best.periodMs;
    const started = pod.spec.containers.map(
      ({ name }) => this.starts.firstStart(ref.name, name) ?? Number.POSITIVE_INFINITY,
    );
    return now + until > Math.min(now + 3000, ...started) ? undefined : until;
  }

  /** Which of the changes of a moment are written alone hangs on how busy the API is: the recorded writes say it. */
  #writes({ name: actual }: PodRef): number[] {
    const name = this.#names.recorded(actual);
    const now = this.#now();
    const times: number[] = [];
    const isNew = !this.#podWrites.some(({ pod, op, at }) => pod === name && op === 'MODIFIED' && at <= now);
    // The kubelet writes one pod after the other: until then it was busy with others.
    let busyUntil = now;
    for (const { pod, op, at } of this.#podWrites) {
      if (at <= now) continue;
      if (pod === name && op === 'DELETED') break;
      if (op !== 'MODIFIED') continue;
      const isFirst = times.length === 0;
      if (pod !== name) {
        if (!isFirst && at - busyUntil <= LONGEST_STATUS_WRITE_MS) busyUntil = at;
        continue;
      }
      if (isFirst && isNew && at - now <= LATEST_NEW_STATUS_MS) {
        times.push(this.#newStatusAt(name, now, at));
        busyUntil = at;
        continue;
      }
      const isLate = at - busyUntil > (isFirst ? LONGEST_FIRST_WRITE_MS : LONGEST_STATUS_WRITE_MS);
      if (isLate && !(isFirst && this.#hasNoOtherCause(name, now, at))) break;
      // What was written after a further sync is of that.
      if (!isFirst && this.#syncs.of(name).some((t) => t > (times.at(-1) ?? now) && t < at - BEFORE_WRITE_MS)) break;
      times.push(at);
      busyUntil = at;
    }
    return times.map((t) => t - now);
  }

  /**
   * The node authorizer may not have heard yet that a new pod is the node's: the kubelet is then refused the pod, and its status is
   * written with the next one. One that was only late says what was before the next sync.
   */
  #newStatusAt(name: string, now: number, at: number): number {
    const entry = this.#story.pods.find(({ pod, containers }) => pod === name && containers.length > 0);
    const isOld = entry?.containers.every(({ state }) => state === 'waiting') === true;
    const sync = this.#syncs.of(name).find((t) => t > now + SAME_MS);
    return isOld && sync !== undefined ? Math.min(at, Math.max(now + 1, sync - 2)) : at;
  }

  /** A write that came late, on a busy node: nothing else happened to the pod that it could be of. */
  #hasNoOtherCause(name: string, now: number, at: number): boolean {
    if (at - now > LATEST_FIRST_WRITE_MS) return false;
    const between = (t: number) => t > now + SAME_MS && t < at;
    if (this.#syncs.of(name).some(between)) return false;
    return !this.#story.probes.some(({ pod, t }) => pod === name && between(ms(t)));
  }

  /** Ms until the pod was torn down, its containers being over: soon after that it is written so. */
  #tornDownMs({ name: actual }: PodRef): number | undefined {
    const now = this.#now();
    const name = this.#names.recorded(actual);
    const over = nextOver(this.#podWrites, name, now);
    // What was written after the last sync is of that.
    if (over !== undefined && (this.#syncs.nextLast(name, now) ?? over) < over) return undefined;
    return over === undefined || over > now + LONGEST_TEAR_DOWN_MS ? undefined : Math.max(0, over - WRITE_MS - now);
  }
}

function isOver({ state }: ContainerView): boolean {
  return state === 'terminated';
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}
