import type { DeletionRequest } from '../../../sim/controllers/replica-set.ts';
import type { PodRef, ProbeType } from '../../../sim/kube/fact.ts';
import type { Container, Pod, Probe } from '../../../sim/kube/objects.ts';
import type { KubeletMoments } from '../../../sim/kubelet/moments.ts';
import { ControllerReads } from './controller-reads.ts';
import { firstRunMs } from './first-runs.ts';
import { seenBy } from './looks.ts';
import type { Names } from './names.ts';
import { type PodWrite, podWritesOf } from './pod-writes.ts';
import { RecordedSyncs } from './recorded-syncs.ts';
import type { Story } from './story.ts';
import { tickOf } from './worker-grid.ts';

/** A look follows a change within PLEG's period, which a busy node stretches. */
const RELIST_MS = 2300;
const SURELY_LOOKED_MS = 1300;
/** Two commands of the run. */
const TWO_EXECS_MS = 30;
/** A probe's end, the sync that it asks for, and the attempt that this triggers. */
const TOLD_WITHIN_MS = 4;
/** What is asked for in this moment may stand a little before it in the recording. */
const SAME_MS = 60;
/** Within what time the queue comes back to a pod: after a good sync, after one that failed or backs off. */
const REQUEUE: Record<'good' | 'error', readonly [fromMs: number, toMs: number]> = {
  good: [58_000, 93_000],
  error: [9500, 17_500],
};
/** The sync loop looks for pods past their deadline once a second. */
const DEADLINE_TICK_MS = 1300;
/** Longer than this is no start of a container, but a wait for something else. */
const LONGEST_START_MS = 1500;
/** Between two clean-ups of the kubelet. */
const CLEAN_UP_MS = 2000;
/** A start of the run this close to the recorded one is the same. */
const SAME_START_MS = 500;
/** An answer of the API that takes longer than this was one to another write. */
const LONGEST_WRITE_MS = 130;
/** An answer that is later than this was another's. */
const LATE_ANSWER_MS = 300;
/** An answer at a deadline is no further from it. */
const AT_DEADLINE_MS = 20;
/** An exec's may take that long on a busy node. */
const LATE_EXEC_MS = 600;
/** From the end of a pod's containers to that of its sandbox, and from that to the API's having it. */
const LONGEST_TEAR_DOWN_MS = 400;
const WRITE_MS = 12;
/** A sync has stored its status by then. */
const AFTER_SYNC_MS = 20;
/** What any other attempt costs at least. */
const ATTEMPT_MS = 1;
/** The status of a sync may be stored this long after it began. */
const STORED_WITHIN_MS = 60;
/** What an exec costs at least. */
const EXEC_MS = 60;
const LATE_TRIGGERED_MS = 600;
/** A sandbox that takes longer waited for something else. */
const LONGEST_SANDBOX_MS = 5000;
/** From a sandbox's being there to the first event of a container. */
const BEFORE_EVENT_MS = 10;
const BEFORE_SYNC_MS = 2;
const LONGEST_FIRST_WRITE_MS = 650;
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
  readonly #story: Story;
  readonly #names: Names;
  readonly #now: () => number;
  readonly #pod: (ref: PodRef) => Pod | undefined;
  readonly #syncs: RecordedSyncs;
  /** When the first kubelet went down. */
  readonly #kubeletEnds: number;
  readonly #podWrites: readonly PodWrite[];
  readonly #pulls = new Map<string, number[]>();

  /** `now`: ms since the apply; `pod`: the object of a pod of the run. */
  constructor(story: Story, names: Names, now: () => number, pod: (ref: PodRef) => Pod | undefined) {
    this.#story = story;
    this.#names = names;
    this.#now = now;
    this.#pod = pod;
    this.#podWrites = podWritesOf(story);
    this.controllers = new ControllerReads(story, names, this.#podWrites, now);
    this.#syncs = new RecordedSyncs(story);
    const ends = story.run.filter(({ kubelet, t }) => kubelet !== undefined && t > 0).map(({ t }) => ms(t));
    this.#kubeletEnds = ends[0] ?? Number.POSITIVE_INFINITY;
    for (const { reason, message } of story.events) {
      const match = /^Successfully pulled image "([^"]+)" in (\S+) \(/.exec(message);
      if (reason === 'Pulled' && match !== null) push(this.#pulls, match[1] ?? '', parseGoDuration(match[2] ?? ''));
    }
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
      triggersEarly: (pod, container) => this.#triggersEarly(pod, container),
      tornDown: (pod) => this.#tornDownMs(pod),
      missesTick: (pod, container, probe) => this.#missesTick(pod, container, probe),
      merges: (pod) => this.#nextSync(pod, 1, RELIST_MS) === undefined,
      answer: (pod, container, probe) => this.#answerMs(pod, container, probe),
      mount: (pod) => this.#mountMs(pod),
      forget: (pod) => this.#forgetMs(pod),
      looksWhileTornDown: ({ name }) => this.#lostAddress(name),
      jitter: (pod, container, probe, periodMs) =>
        firstRunMs(this.#story, { pod: this.#names.recorded(pod.name), container, probe }, periodMs, this.#now()),
    };
  }

  /** Of pods that are as good as each other the one with the lower uid goes first: uids in the order of deletions. */
  uid(pod: string, drawn: string): string {
    const name = this.#names.peek(pod);
    const marked = this.#podWrites.findIndex((write) => write.pod === name && write.deleting);
    const rank = this.#toldDeletion(name) < 0 || marked < 0 ? 0xffffffff : marked;
    return rank.toString(16).padStart(8, '0') + drawn.slice(8);
  }

  /** How long the next pull of an image takes; undefined: the recording does not say. */
  pullMs(image: string): number | undefined {
    return this.#pulls.get(image)?.shift();
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

  /** The kubelet looked at the runtime in the middle of the pod's end: its last status has no address any more. */
  #lostAddress(actual: string): boolean {
    const name = this.#names.recorded(actual);
    const mine = this.#story.pods.filter(({ pod }) => pod === name);
    const last = mine.find(({ op, t }) => op === 'DELETED' && ms(t) > this.#now());
    return mine.some(({ ip, t }) => ip && ms(t) < this.#now()) && (last ?? mine.at(-1))?.ip === false;
  }

  /** How long a controller's request to delete a pod took: until the API had it, and until the controller told of it. */
  deletion(pod: string): DeletionRequest | undefined {
    const name = this.#names.recorded(pod);
    const now = this.#now();
    const marked = this.#podWrites.find((write) => write.pod === name && write.deleting);
    if (marked === undefined || marked.at < now || marked.at > now + LONGEST_WRITE_MS) return undefined;
    const told = this.#story.events[this.#toldDeletion(name)];
    const writtenMs = marked.at - now;
    return { writtenMs, answeredMs: Math.max(writtenMs, told === undefined ? 0 : ms(told.t) - now) };
  }

  /** Which of the recorded events tells that a controller deleted the pod; -1: none. */
  #toldDeletion(name: string): number {
    return this.#story.events.findIndex(
      ({ reason, message }) => reason === 'SuccessfulDelete' && message.endsWith(` ${name}`),
    );
  }

  /** How long the API server took from the mark of a pod deleted without grace to its removal. */
  removalMs(pod: string): number | undefined {
    const name = this.#names.recorded(pod);
    const now = this.#now();
    const gone = this.#podWrites.find((write) => write.pod === name && write.op === 'DELETED' && write.at >= now);
    return gone === undefined || gone.at > now + LONGEST_WRITE_MS ? undefined : gone.at - now;
  }

  /** Run time at which a container's process started first; undefined: the recording does not say. */
  firstStart(pod: string, container: string): number | undefined {
    return this.#starts(pod, container).find((t) => t > this.#now() - SAME_MS);
  }

  /** Run time at which a pod's sandbox was there: what comes first of its containers says it. */
  sandboxReady(pod: string): number | undefined {
    const name = this.#names.recorded(pod);
    const first = this.#story.events.find(
      ({ t, object, fieldPath }) => object === `Pod/${name}` && fieldPath !== undefined && ms(t) > this.#now(),
    );
    return first === undefined || ms(first.t) > this.#now() + LONGEST_SANDBOX_MS
      ? undefined
      : ms(first.t) - BEFORE_EVENT_MS;
  }

  /** Run time at which the kubelet heard of a start: a little after the process began. */
  startHeard(pod: string, container: string): number | undefined {
    const name = this.#names.recorded(pod);
    const found = this.#story.events.find(
      ({ t, reason, object, fieldPath }) =>
        reason === 'Started' &&
        object === `Pod/${name}` &&
        fieldPath?.endsWith(`{${container}}`) === true &&
        ms(t) > this.#now() - SAME_MS,
    );
    if (found === undefined || ms(found.t) > this.#now() + LONGEST_START_MS) return undefined;
    // The pod's worker began its next sync when it had heard of the start, and not before.
    const next = this.#syncs.of(name).find((t) => t > this.#now()) ?? Number.POSITIVE_INFINITY;
    return Math.min(ms(found.t) - BEFORE_EVENT_MS, next - BEFORE_SYNC_MS);
  }

  /** Run time at which a SIGTERM reached the app; undefined: the recording does not say. */
  signalled(pod: string, container: string): number | undefined {
    const name = this.#names.recorded(pod);
    const found = this.#story.app.find(
      (entry) =>
        entry.pod === name &&
        entry.container === container &&
        entry.event === 'signal' &&
        ms(entry.t) > this.#now() - SAME_MS,
    );
    return found === undefined || ms(found.t) > this.#now() + LATE_ANSWER_MS ? undefined : ms(found.t);
  }

  /**
   * Run time of a later start of a container whose creation began at `begunAt`: the recorded moment, or, where the run
   * is not where the recording was, as long after the end of what it waited for. Undefined: the recording does not say.
   */
  laterStart(pod: string, container: string, attempt: number, begunAt: number): number | undefined {
    const start = this.#starts(pod, container, attempt).find((t) => t > this.#now() - 1000);
    if (start === undefined || start > this.#now() + LONGEST_START_MS) return undefined;
    const name = this.#names.recorded(pod);
    const exits = this.#story.app.filter(
      (entry) => entry.pod === name && entry.container === container && entry.event === 'exit',
    );
    const causes = [...this.#syncs.of(name), ...exits.map(({ t }) => ms(t))].filter((t) => t < start);
    const took = start - Math.max(...causes);
    if (took > LONGEST_START_MS) return undefined;
    return Math.abs(begunAt + took - start) < SAME_START_MS ? start : begunAt + took;
  }

  /** Of one instance, if the recording tells them apart. */
  #starts(pod: string, container: string, attempt?: number): number[] {
    const name = this.#names.recorded(pod);
    const own = this.#story.app.filter(
      (entry) => entry.pod === name && entry.container === container && entry.event === 'start',
    );
    const exact = attempt === undefined ? [] : own.filter(({ instance }) => instance === attempt);
    if (exact.length > 0) return exact.map(({ t }) => ms(t));
    if (own.length > 0) return own.map(({ t }) => ms(t));
    return this.#story.events
      .filter(({ reason, object }) => reason === 'Started' && object === `Pod/${name}`)
      .filter(({ fieldPath }) => fieldPath?.endsWith(`{${container}}`) === true)
      .map(({ t }) => ms(t) - 10);
  }

  /** What is told in the moment of a sync is there before it. */
  #freshLook(pod: PodRef, sinceMs: number): number | undefined {
    const next = this.#nextSync(pod, -Math.min(SAME_MS, sinceMs / 2), RELIST_MS);
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
        const attempts = this.#probesOf(name, container.name, probe).filter(({ t }) => ms(t) < this.#kubeletEnds);
        const at = tickOf(attempts, periodMs, spec.exec === undefined ? ATTEMPT_MS : EXEC_MS);
        if (at !== undefined && (best === undefined || periodMs > best.periodMs)) best = { periodMs, at };
      }
    }
    if (best === undefined) return undefined;
    const until = (best.at - now) % best.periodMs;
    const started = pod.spec.containers.map(({ name }) => this.firstStart(ref.name, name) ?? Number.POSITIVE_INFINITY);
    return now + until > Math.min(now + 3000, ...started) ? undefined : until;
  }

  /** Which of two goroutines of Go's client told of a TLS handshake that hung: the event says it. */
  handshakeError(pod: string): 'client' | 'handshake' | undefined {
    const name = this.#names.recorded(pod);
    const now = this.#now();
    const told = this.#story.events.find(
      ({ t, reason, object }) =>
        reason === 'Unhealthy' && object === `Pod/${name}` && ms(t) > now - SAME_MS && ms(t) < now + LATE_ANSWER_MS,
    );
    if (told === undefined) return undefined;
    return told.message.endsWith(': context deadline exceeded') ? 'handshake' : 'client';
  }

  /** The recording has a success of a gRPC probe of the pod now. */
  answeredAtDeadline(pod: string): boolean {
    const ref = { namespace: this.#story.namespace, name: pod, uid: '' };
    const name = this.#names.recorded(pod);
    return this.#story.probes.some(
      ({ pod: other, container, probe, result, t }) =>
        other === name &&
        result === 'success' &&
        Math.abs(ms(t) - this.#now()) <= AT_DEADLINE_MS &&
        this.#probeOf(ref, container, probe)?.grpc !== undefined,
    );
  }

  /** The recording has an end of a command just at its time-out: `timeoutMs`, from now. */
  killedEarly(pod: string, container: string, timeoutMs: number): boolean {
    const name = this.#names.recorded(pod);
    const at = this.#now() + timeoutMs;
    return this.#story.probes.some(
      (entry) =>
        entry.pod === name &&
        entry.container === container &&
        entry.result === 'failure' &&
        ms(entry.t) >= at &&
        ms(entry.t) <= at + LATE_ANSWER_MS,
    );
  }

  /** Which of the changes of a moment are written alone hangs on how busy the API is: the recorded writes say it. */
  #writes({ name: actual }: PodRef): number[] {
    const name = this.#names.recorded(actual);
    const now = this.#now();
    const times: number[] = [];
    // The kubelet writes one pod after the other: until then it was busy with others.
    let busyUntil = now;
    for (const { pod, op, at } of this.#podWrites) {
      if (at <= now) continue;
      if (pod === name && op === 'DELETED') break;
      if (op !== 'MODIFIED') continue;
      const isFirst = times.length === 0;
      if (pod !== name) {
        if (!isFirst && at - busyUntil <= LONGEST_WRITE_MS) busyUntil = at;
        continue;
      }
      if (at - busyUntil > (isFirst ? LONGEST_FIRST_WRITE_MS : LONGEST_WRITE_MS)) break;
      // What was written after a further sync is of that.
      if (!isFirst && this.#syncs.of(name).some((t) => t > (times.at(-1) ?? now) && t < at - BEFORE_WRITE_MS)) break;
      times.push(at);
      busyUntil = at;
    }
    return times.map((t) => t - now);
  }

  /** How long an answer took: an app and a container runtime on a busy node need their time. */
  #answerMs(pod: PodRef, container: string, probe: ProbeType): number | undefined {
    const next = this.#probesOf(this.#names.recorded(pod.name), container, probe)[0];
    const late = next === undefined ? undefined : ms(next.t) - this.#now();
    const atMost = this.#probeOf(pod, container, probe)?.exec === undefined ? LATE_ANSWER_MS : LATE_EXEC_MS;
    if (late === undefined || late > atMost) return undefined;
    // Three attempts of an error are one entry: the last comes close to it.
    return next?.result === 'error' ? Math.max(0, Math.floor((late - TWO_EXECS_MS) / 2)) : late;
  }

  #probeOf(ref: PodRef, container: string, probe: ProbeType): Probe | undefined {
    const pod = this.#pod(ref);
    const containers: Container[] = [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])];
    return containers.find(({ name }) => name === container)?.[`${probe}Probe`];
  }

  /** The pod's object was deleted, though it may still run. */
  #isGone(name: string, now: number): boolean {
    return this.#podWrites.findLast(({ pod, at }) => pod === name && at <= now)?.op === 'DELETED';
  }

  /** When the pod was written as over next. */
  #overAt(name: string, now: number): number | undefined {
    return this.#podWrites.find(({ pod, op, over, at }) => pod === name && op === 'MODIFIED' && over && at > now)?.at;
  }

  /** Ms until the pod was torn down, its containers being over: soon after that it is written so. */
  #tornDownMs({ name: actual }: PodRef): number | undefined {
    const now = this.#now();
    const name = this.#names.recorded(actual);
    const over = this.#overAt(name, now);
    // What was written after the last sync is of that.
    if (over !== undefined && (this.#syncs.nextLast(name, now) ?? over) < over) return undefined;
    return over === undefined || over > now + LONGEST_TEAR_DOWN_MS ? undefined : Math.max(0, over - WRITE_MS - now);
  }

  /** A tick just after a sync of which the recording has no attempt, but at the next: it saw the status from before the sync. */
  #missesTick(ref: PodRef, container: string, probe: ProbeType): boolean {
    const now = this.#now();
    const name = this.#names.recorded(ref.name);
    const over = this.#overAt(name, now);
    // The last readiness probe of a pod, and any of a pod whose object is gone: whether its status was there is the recording's.
    const ends = probe === 'readiness' && over !== undefined && over < now + LATE_ANSWER_MS;
    if (ends || this.#isGone(name, now)) {
      const until = ends ? over + LATE_ANSWER_MS : now + LATE_TRIGGERED_MS;
      return !this.#story.probes.some(
        (entry) =>
          entry.pod === name &&
          entry.container === container &&
          entry.probe === probe &&
          ms(entry.t) > now - SAME_MS &&
          ms(entry.t) <= until,
      );
    }
    if (probe === 'readiness' || !this.#syncs.of(name).some((t) => t <= now && t > now - STORED_WITHIN_MS))
      return false;
    const { periodSeconds = 10, timeoutSeconds = 1 } = this.#probeOf(ref, container, probe) ?? {};
    const next = this.#probesOf(name, container, probe)[0];
    if (next === undefined) return false;
    const [elapsed, timeoutMs] = [ms(next.t) - now, timeoutSeconds * 1000];
    const timedOut = next.result === 'failure' && Math.abs(elapsed - timeoutMs) <= LATE_ANSWER_MS;
    return elapsed > LATE_TRIGGERED_MS && elapsed <= periodSeconds * 1000 + LATE_TRIGGERED_MS && !timedOut;
  }

  /** The recording has no attempt within the time that a triggered one takes. */
  #triggersEarly(ref: PodRef, container: string): boolean {
    const spec = this.#probeOf(ref, container, 'readiness');
    const { timeoutSeconds = 1, periodSeconds = 10 } = spec ?? {};
    const next = this.#probesOf(this.#names.recorded(ref.name), container, 'readiness')[0];
    if (next === undefined || periodSeconds <= timeoutSeconds) return false;
    const elapsed = ms(next.t) - this.#now();
    // A worker whose trigger was lost probes a period later: a command whose end comes later than that was long under way.
    const latestMs = (periodSeconds + timeoutSeconds) * 1000 + LATE_EXEC_MS;
    if (elapsed <= LATE_TRIGGERED_MS || (spec?.exec !== undefined && elapsed > latestMs)) return false;
    const timeoutMs = timeoutSeconds * 1000;
    return !(next.result === 'failure' && elapsed >= timeoutMs - SAME_MS && elapsed <= timeoutMs + LATE_ANSWER_MS);
  }

  #probesOf(pod: string, container: string, probe: ProbeType) {
    return this.#story.probes.filter(
      (entry) =>
        entry.pod === pod && entry.container === container && entry.probe === probe && ms(entry.t) >= this.#now(),
    );
  }
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key) ?? [];
  map.set(key, list);
  list.push(value);
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** `132ms`, `1.34s`, `1m2.5s` in milliseconds. */
function parseGoDuration(text: string): number {
  const unit: Record<string, number> = { ms: 1, s: 1000, m: 60_000, µs: 0.001 };
  let total = 0;
  for (const [, number, name] of text.matchAll(/([\d.]+)(ms|µs|s|m)/g))
    total += Number(number) * (unit[name ?? ''] ?? 0);
  return Math.round(total);
}
