import type { PodRef, ProbeType } from '../../../sim/kube/fact.ts';
import type { Container, Pod, Probe } from '../../../sim/kube/objects.ts';
import type { Names } from './names.ts';
import { nextOver, type PodWrite } from './pod-writes.ts';
import type { RecordedSyncs } from './recorded-syncs.ts';
import type { ProbeEntry, Story } from './story.ts';

/** What is asked for in this moment may stand a little before it in the recording. */
const SAME_MS = 60;
/** Two commands of the run. */
const TWO_EXECS_MS = 30;
/** An answer that is later than this was another's. */
const LATE_ANSWER_MS = 300;
/** An answer at a deadline is no further from it. */
const AT_DEADLINE_MS = 20;
/** An exec's may take that long on a busy node. */
const LATE_EXEC_MS = 600;
/** The status of a sync may be stored this long after it began. */
const STORED_WITHIN_MS = 60;
const LATE_TRIGGERED_MS = 600;
/** A tick and a sync this close to each other may have come in either order. */
const TICK_AND_SYNC_MS = 20;

const TIMED_OUT = /timed out after|deadline exceeded|did not complete within/;

export interface RecordedAttemptsOptions {
  story: Story;
  names: Names;
  /** Ms since the apply. */
  now: () => number;
  /** The object of a pod of the run. */
  pod: (ref: PodRef) => Pod | undefined;
  syncs: RecordedSyncs;
  podWrites: readonly PodWrite[];
}

/** The attempts of probes in a recording: how late each came, and on which side of a moment's races it fell. */
export class RecordedAttempts {
  readonly #story: Story;
  readonly #names: Names;
  readonly #now: () => number;
  readonly #pod: (ref: PodRef) => Pod | undefined;
  readonly #syncs: RecordedSyncs;
  readonly #podWrites: readonly PodWrite[];

  constructor(options: RecordedAttemptsOptions) {
    this.#story = options.story;
    this.#names = options.names;
    this.#now = options.now;
    this.#pod = options.pod;
    this.#syncs = options.syncs;
    this.#podWrites = options.podWrites;
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

  /** The recording has a success of a gRPC probe of the pod now, before any other result of the same worker. */
  answeredAtDeadline(pod: string): boolean {
    const ref = { namespace: this.#story.namespace, name: pod, uid: '' };
    const name = this.#names.recorded(pod);
    const first = new Map<string, string>();
    for (const { pod: other, container, probe, result, t } of this.#story.probes) {
      if (other !== name || Math.abs(ms(t) - this.#now()) > AT_DEADLINE_MS) continue;
      if (this.#probeOf(ref, container, probe)?.grpc === undefined) continue;
      const worker = `${container} ${probe}`;
      if (!first.has(worker)) first.set(worker, result);
    }
    return [...first.values()].includes('success');
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

  /** How long an answer took: an app and a container runtime on a busy node need their time. */
  answerMs(pod: PodRef, container: string, probe: ProbeType): number | undefined {
    const next = this.of(this.#names.recorded(pod.name), container, probe)[0];
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

  /** A tick just after a sync of which the recording has no attempt, but at the next: it saw the status from before the sync. */
  missesTick(ref: PodRef, container: string, probe: ProbeType): boolean {
    const now = this.#now();
    const name = this.#names.recorded(ref.name);
    const over = nextOver(this.#podWrites, name, now);
    // The last readiness probe of a pod, and any of a pod whose object is gone: whether its status was there is the recording's.
    const ends = probe === 'readiness' && over !== undefined && over < now + LATE_ANSWER_MS;
    if (ends || this.#isGone(name, now)) {
      const until = ends ? over + LATE_ANSWER_MS : now + LATE_TRIGGERED_MS;
      const timeoutMs = (this.#probeOf(ref, container, probe)?.timeoutSeconds ?? 1) * 1000;
      const timesOut = ({ t, result }: ProbeEntry) =>
        result === 'failure' && Math.abs(ms(t) - now - timeoutMs) <= LATE_ANSWER_MS;
      return !this.#story.probes.some(
        (entry) =>
          entry.pod === name &&
          entry.container === container &&
          entry.probe === probe &&
          ms(entry.t) > now - SAME_MS &&
          (ms(entry.t) <= until || timesOut(entry)),
      );
    }
    if (this.#endsBeforeTick(ref, container, probe)) return true;
    if (probe === 'readiness' || !this.#syncs.of(name).some((t) => t <= now && t > now - STORED_WITHIN_MS))
      return false;
    const { periodSeconds = 10, timeoutSeconds = 1 } = this.#probeOf(ref, container, probe) ?? {};
    const next = this.of(name, container, probe)[0];
    if (next === undefined) return false;
    const [elapsed, timeoutMs] = [ms(next.t) - now, timeoutSeconds * 1000];
    const timedOut = next.result === 'failure' && Math.abs(elapsed - timeoutMs) <= LATE_ANSWER_MS;
    return elapsed > LATE_TRIGGERED_MS && elapsed <= periodSeconds * 1000 + LATE_TRIGGERED_MS && !timedOut;
  }

  /** The tick came just after the sync that found the container over, not just before it: the recording has no attempt. */
  #endsBeforeTick(ref: PodRef, container: string, probe: ProbeType): boolean {
    const { containerStatuses = [], initContainerStatuses = [] } = this.#pod(ref)?.status ?? {};
    const mine = [...containerStatuses, ...initContainerStatuses].find((status) => status.name === container);
    if (mine?.state?.running === undefined) return false;
    const now = this.#now();
    const name = this.#names.recorded(ref.name);
    const sync = this.#syncs.of(name).find((t) => t > now);
    if (sync === undefined || sync > now + TICK_AND_SYNC_MS) return false;
    const next = this.of(name, container, probe)[0];
    if (next !== undefined && ms(next.t) <= now + LATE_ANSWER_MS) return false;
    const written = this.#story.pods.find(({ pod, t }) => pod === name && ms(t) >= sync);
    if (written === undefined || ms(written.t) > sync + LATE_ANSWER_MS) return false;
    return [...written.containers, ...(written.init ?? [])].some(
      (view) => view.name === container && view.state !== 'running',
    );
  }

  /** The recording has no attempt within the time that a triggered one takes, or one where a tick was due, too. */
  triggersEarly(ref: PodRef, container: string): boolean | 'with-tick' {
    const spec = this.#probeOf(ref, container, 'readiness');
    const { timeoutSeconds = 1, periodSeconds = 10 } = spec ?? {};
    const [next, second] = this.of(this.#names.recorded(ref.name), container, 'readiness');
    if (next === undefined) return false;
    const elapsed = ms(next.t) - this.#now();
    if (elapsed <= SAME_MS && this.#isAlone(next, second, periodSeconds * 1000)) return 'with-tick';
    // A command may go on for longer than its period.
    const isShort = periodSeconds <= timeoutSeconds;
    if (isShort && (spec?.exec !== undefined || elapsed > periodSeconds * 1000 + LATE_ANSWER_MS)) return false;
    // A worker whose trigger was lost probes a period later: a command whose end comes later than that was long under way.
    const latestMs = (periodSeconds + timeoutSeconds) * 1000 + LATE_EXEC_MS;
    if (elapsed <= LATE_TRIGGERED_MS || (spec?.exec !== undefined && elapsed > latestMs)) return false;
    const timeoutMs = timeoutSeconds * 1000;
    return !(next.result === 'failure' && elapsed >= timeoutMs - SAME_MS && elapsed <= timeoutMs + LATE_ANSWER_MS);
  }

  /** An attempt that came a period after the one before, and no second one with it, nor one that timed out after it. */
  #isAlone(next: ProbeEntry, second: ProbeEntry | undefined, periodMs: number): boolean {
    if (next.result === 'error') return false;
    const isOfWorker = ({ pod, container, probe }: ProbeEntry) =>
      pod === next.pod && container === next.container && probe === next.probe;
    const before = this.#story.probes.slice(0, this.#story.probes.indexOf(next)).findLast(isOfWorker);
    if (before === undefined || Math.abs(ms(next.t) - ms(before.t) - periodMs) > SAME_MS) return false;
    const restarted = this.#story.events.some(
      ({ object, fieldPath, reason, t }) =>
        object === `Pod/${next.pod}` &&
        fieldPath?.endsWith(`{${next.container}}`) === true &&
        reason === 'Started' &&
        t > before.t &&
        t < next.t,
    );
    if (restarted) return false;
    return second === undefined || (ms(second.t) - ms(next.t) > SAME_MS && !this.#timedOut(second));
  }

  #timedOut({ pod, t }: ProbeEntry): boolean {
    return this.#story.events.some(
      (event) =>
        event.object === `Pod/${pod}` &&
        Math.abs(ms(event.t) - ms(t)) < LATE_ANSWER_MS &&
        TIMED_OUT.test(event.message),
    );
  }

  /** The attempts of a worker from now on. */
  of(pod: string, container: string, probe: ProbeType): ProbeEntry[] {
    return this.#story.probes.filter(
      (entry) =>
        entry.pod === pod && entry.container === container && entry.probe === probe && ms(entry.t) >= this.#now(),
    );
  }
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}
