import type { Names } from './names.ts';
import type { RecordedSyncs } from './recorded-syncs.ts';
import { startedSeconds } from './started-seconds.ts';
import type { Story } from './story.ts';

/** What is asked for in this moment may stand a little before it in the recording. */
const SAME_MS = 60;
/** Longer than this is no start of a container, but a wait for something else. */
const LONGEST_START_MS = 1500;
/** A start of the run this close to the recorded one is the same. */
const SAME_START_MS = 500;
/** An app begins to run this long after its start, at most. */
const LATE_START_MS = 300;
/** An app listens so soon after its start. */
const LISTENS_WITHIN_MS = 500;
/** A signal that is later than this was another. */
const LATE_SIGNAL_MS = 300;
/** An end that is heard of later than this was heard of by a look. */
const LATE_END_MS = 600;
/** From the end of a pod's containers to that of its sandbox. */
const LONGEST_TEAR_DOWN_MS = 1000;
/** A sandbox that takes longer waited for something else. */
const LONGEST_SANDBOX_MS = 5000;
/** From a sandbox's being there to the first event of a container. */
const BEFORE_EVENT_MS = 10;
/** What the creation and the start of a container take at least. */
const FROM_SANDBOX_TO_START_MS = 50;
const BEFORE_SYNC_MS = 2;

const GRPC_NOT_CONNECTED = /failed to connect service "[^"]*:(\d+)" within (\d+)s: context deadline exceeded$/;

/** How long pulls, sandboxes and starts of containers took in a recording, and when signals reached an app. */
export class RecordedStarts {
  readonly #story: Story;
  readonly #names: Names;
  readonly #now: () => number;
  readonly #syncs: RecordedSyncs;
  readonly #seconds: ReadonlyMap<string, number>;
  readonly #pulls = new Map<string, number[]>();

  /** `now`: ms since the apply. */
  constructor(story: Story, names: Names, now: () => number, syncs: RecordedSyncs) {
    this.#story = story;
    this.#names = names;
    this.#now = now;
    this.#syncs = syncs;
    this.#seconds = startedSeconds(story);
    for (const { reason, message } of story.events) {
      const match = /^Successfully pulled image "([^"]+)" in (\S+) \(/.exec(message);
      if (reason === 'Pulled' && match !== null) push(this.#pulls, match[1] ?? '', parseGoDuration(match[2] ?? ''));
    }
  }

  /** How long the next pull of an image takes; undefined: the recording does not say. */
  pullMs(image: string): number | undefined {
    return this.#pulls.get(image)?.shift();
  }

  /** Run time at which a container's process started first; undefined: the recording does not say. */
  firstStart(pod: string, container: string): number | undefined {
    const start = this.#starts(pod, container).find((t) => t > this.#now() - SAME_MS);
    // An app on a busy node may say so only after the kubelet has heard of its start, and synced the pod.
    const told = this.#told(pod, container).find((t) => t > this.#now() - SAME_MS);
    if (start === undefined || told === undefined) return start;
    const name = this.#names.recorded(pod);
    if (this.#syncs.of(name).some((t) => t > told && t < start)) return told;
    // The runtime noted the start in the second before.
    const second = this.#seconds.get(`${name} ${container}`);
    const isNext =
      second !== undefined && start >= second + 1000 && Math.min(start, told) < second + 1000 + LATE_START_MS;
    return isNext ? second + 999 : start;
  }

  /** Run time at which a pod's sandbox was there: what comes first of its containers says it. */
  sandboxReady(pod: string): number | undefined {
    const name = this.#names.recorded(pod);
    const first = this.#story.events.find(
      ({ t, object, fieldPath }) => object === `Pod/${name}` && fieldPath !== undefined && ms(t) > this.#now(),
    );
    if (first === undefined || ms(first.t) > this.#now() + LONGEST_SANDBOX_MS) return undefined;
    // On a busy node events are written late: an app that runs was created in a sandbox.
    const began = this.#story.app.find(
      ({ t, pod: other, event }) => other === name && event === 'start' && ms(t) > this.#now(),
    );
    const started = began === undefined ? undefined : this.firstStart(pod, began.container);
    const latest = (started ?? Number.POSITIVE_INFINITY) - FROM_SANDBOX_TO_START_MS;
    return Math.min(ms(first.t) - BEFORE_EVENT_MS, latest);
  }

  /** Run time at which the kubelet heard that a container was created, if something else came before. */
  creationHeard(pod: string, container: string): number | undefined {
    const name = this.#names.recorded(pod);
    const mine = this.#story.events.filter(
      ({ object, t }) => object === `Pod/${name}` && ms(t) > this.#now() - SAME_MS,
    );
    const at = mine.findIndex(
      ({ reason, fieldPath }) => reason === 'Created' && fieldPath?.endsWith(`{${container}}`) === true,
    );
    const told = mine.slice(0, Math.max(0, at)).findLast(({ t }) => ms(t) > this.#now());
    return told === undefined || ms(told.t) > this.#now() + LATE_END_MS ? undefined : ms(told.t) + 1;
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

  /**
   * Run time at which the kubelet heard of an end that it waited for to start the container anew: after what a probe
   * was told in between.
   */
  endHeard(pod: string, container: string): number | undefined {
    const name = this.#names.recorded(pod);
    const mine = this.#story.events.filter(
      ({ object, fieldPath }) => object === `Pod/${name}` && fieldPath?.endsWith(`{${container}}`) === true,
    );
    const at = mine.findIndex(({ t, reason }) => reason === 'Pulled' && ms(t) > this.#now());
    const pulled = mine[at];
    if (pulled === undefined || ms(pulled.t) > this.#now() + LATE_END_MS) return undefined;
    const before = mine.slice(0, at).findLastIndex(({ reason }) => reason !== 'Unhealthy');
    if (mine[before]?.reason !== 'Killing') return undefined;
    const told = mine.slice(before + 1, at).findLast(({ t }) => ms(t) > this.#now());
    return told === undefined ? undefined : ms(told.t) + 1;
  }

  /** A preStop hook of the container fails now: it was killed with it, and not a moment later. */
  hookFails(pod: string, container: string): boolean {
    const name = this.#names.recorded(pod);
    return this.#story.events.some(
      ({ t, reason, object, fieldPath }) =>
        reason === 'FailedPreStopHook' &&
        object === `Pod/${name}` &&
        fieldPath?.endsWith(`{${container}}`) === true &&
        Math.abs(ms(t) - this.#now()) <= LATE_SIGNAL_MS,
    );
  }

  /** An app of the pod began a moment ago, and who asks at this port now is refused, or fails as a postStart hook. */
  isRefused(pod: string, port: number): boolean {
    const name = this.#names.recorded(pod);
    const now = this.#now();
    const within = (t: number, from: number, to: number) => ms(t) > now + from && ms(t) < now + to;
    const mine = this.#story.events.filter(({ object }) => object === `Pod/${name}`);
    const refused = mine.some(({ t, reason, message }) => {
      const told = reason === 'FailedPostStartHook' || message.endsWith(`:${port}: connect: connection refused`);
      // gRPC's client comes back a second later, which may be too late.
      const waited = GRPC_NOT_CONNECTED.exec(message);
      const waitedMs = waited?.[1] === String(port) ? Number(waited[2]) * 1000 : 0;
      return (told || waitedMs > 0) && within(t, waitedMs - SAME_MS, waitedMs + LATE_SIGNAL_MS);
    });
    if (!refused) return false;
    return (
      this.#story.app.some(
        ({ pod: other, event, t }) => other === name && event === 'start' && within(t, -LISTENS_WITHIN_MS, SAME_MS),
      ) || mine.some(({ reason, t }) => reason === 'Started' && within(t, -LISTENS_WITHIN_MS, SAME_MS))
    );
  }

  /** Run time until which a pod's network was there, its containers being over: who is refused has found it. */
  networkUntil(pod: string): number | undefined {
    const name = this.#names.recorded(pod);
    const refused = this.#story.events.findLast(
      ({ t, object, message }) =>
        object === `Pod/${name}` &&
        message.endsWith('connection refused') &&
        ms(t) > this.#now() &&
        ms(t) < this.#now() + LONGEST_TEAR_DOWN_MS,
    );
    return refused === undefined ? undefined : ms(refused.t);
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
    return found === undefined || ms(found.t) > this.#now() + LATE_SIGNAL_MS ? undefined : ms(found.t);
  }

  /**
   * Run time of a later start of a container whose creation began at `begunAt`: the recorded moment, or, where the run
   * is not where the recording was, as long after the end of what it waited for. Undefined: the recording does not say.
   */
  laterStart(pod: string, container: string, attempt: number, begunAt: number): number | undefined {
    const first = this.#starts(pod, container, attempt).find((t) => t > this.#now() - 1000);
    if (first === undefined || first > this.#now() + LONGEST_START_MS) return undefined;
    const name = this.#names.recorded(pod);
    const told = this.#told(pod, container)[attempt];
    const synced = told !== undefined && this.#syncs.of(name).some((t) => t > told && t < first);
    const start = synced ? told : first;
    const exits = this.#story.app.filter(
      (entry) => entry.pod === name && entry.container === container && entry.event === 'exit',
    );
    const pulled = this.#story.events.filter(
      ({ reason, object, fieldPath }) =>
        reason === 'Pulled' && object === `Pod/${name}` && fieldPath?.endsWith(`{${container}}`) === true,
    );
    // A program that does not say when it ends was replaced just after that.
    const ends = exits.length > 0 ? exits.map(({ t }) => ms(t)) : pulled.map(({ t }) => ms(t) - BEFORE_EVENT_MS);
    const causes = [...this.#syncs.of(name), ...ends].filter((t) => t < start);
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
    const told = this.#told(pod, container);
    // An instance that lived for less than a second is not taken for the next.
    return attempt !== undefined && told.length > attempt ? told.slice(attempt) : told;
  }

  /** What the events say of starts. */
  #told(pod: string, container: string): number[] {
    const name = this.#names.recorded(pod);
    return this.#story.events
      .filter(({ reason, object }) => reason === 'Started' && object === `Pod/${name}`)
      .filter(({ fieldPath }) => fieldPath?.endsWith(`{${container}}`) === true)
      .map(({ t }) => ms(t) - BEFORE_EVENT_MS);
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
