import type { ProbeFact, ProbeType, ResultFact, StampedFact } from '../../sim/kube/fact.ts';
import type { ContainerStatus, Pod, Probe } from '../../sim/kube/objects.ts';

/**
 * The probe ladder once more, as a plain reader of a finished run: without machines, tickers or the kubelet's code. It
 * follows each worker's attempts and says what the results manager must hold, on which grid probes run, and where one is
 * missing. Only from what is published: facts of attempts, results, workers and pods.
 */
const INITIAL = { readiness: 'Failure', liveness: 'Success', startup: 'Unknown' } as const;
const FIELDS = { readiness: 'readinessProbe', liveness: 'livenessProbe', startup: 'startupProbe' } as const;
/** What is published may be so much older or younger than what the worker saw. */
const PUBLISH_SLACK_MS = 1500;

interface Run {
  start: number;
  end: number;
}

/** One worker's life as far as it was followed. */
interface Life {
  who: string;
  key: { uid: string; container: string; probe: ProbeType };
  spec: Probe;
  addedAt: number;
  endedAt: number;
  /** A worker of a young kubelet begins its grid a random time later. */
  jitters: boolean;
  containerID: string;
  value: string | undefined;
  last: 'Success' | 'Failure';
  inARow: number;
  held: boolean;
  /** The result that must be recorded now, by the run that just ended. */
  due: { result: string; at: number } | undefined;
  errors: { count: number; start: number };
  runs: Run[];
  holds: Run[];
}

/** A container's published status from one moment to another. */
interface Published {
  from: number;
  until: number;
  status: ContainerStatus;
  deleting: boolean;
}

export interface LadderInput {
  facts: readonly StampedFact[];
  endMs: number;
  /** Of a run that begins with it, ms. */
  uptimeMs: number;
  epochMs: number;
  version: string;
}

/** Everything in which the run differs from the ladder; empty if it does not. */
export function differencesFromLadder(input: LadderInput): string[] {
  return new Reader(input).read();
}

class Reader {
  readonly #input: LadderInput;
  readonly #problems: string[] = [];
  readonly #pods = new Map<string, Pod>();
  readonly #published = new Map<string, Published[]>();
  readonly #running = new Set<string>();
  readonly #living = new Map<string, Life>();
  readonly #lives: Life[] = [];
  readonly #kubeletStarts: number[];

  constructor(input: LadderInput) {
    this.#input = input;
    this.#kubeletStarts = [-input.uptimeMs];
  }

  read(): string[] {
    for (const fact of this.#input.facts) this.#fact(fact);
    for (const life of this.#lives) {
      this.#missedDue(life, this.#input.endMs + 1);
      if (life.key.probe !== 'readiness' && !life.jitters) this.#grid(life);
    }
    return this.#problems;
  }

  #fact(fact: StampedFact): void {
    if (fact.kind === 'object' && fact.object.kind === 'Pod') this.#pod(fact.object as unknown as Pod, fact.at);
    if (fact.kind === 'container' && fact.op === 'started') this.#running.add(fact.containerID);
    if (fact.kind === 'container' && fact.op === 'exited') this.#running.delete(fact.containerID);
    if (fact.kind === 'step' && /^kubelet (restart|start)/.test(fact.text)) this.#kubeletStarts.push(fact.at);
    if (fact.kind === 'worker') this.#worker(fact, fact.at);
    if (fact.kind !== 'probe' && fact.kind !== 'result') return;
    const life = this.#living.get(keyOf(fact));
    if (life === undefined) {
      this.#problems.push(`${fact.at}: ${fact.kind} without a worker: ${keyOf(fact)}`);
      return;
    }
    if (fact.kind === 'probe') this.#attempt(life, fact, fact.at);
    else this.#result(life, fact, fact.at);
  }

  #pod(pod: Pod, at: number): void {
    this.#pods.set(pod.metadata.uid, pod);
    const deleting = pod.metadata.deletionTimestamp !== undefined;
    for (const status of [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]) {
      const key = `${pod.metadata.uid}/${status.name}`;
      const list = this.#published.get(key) ?? [];
      const last = list.at(-1);
      if (last !== undefined) last.until = at;
      list.push({ from: at, until: Number.POSITIVE_INFINITY, status, deleting });
      this.#published.set(key, list);
    }
  }

  #worker(fact: { pod: { uid: string }; container: string; probe: ProbeType; op: string }, at: number): void {
    const key = keyOf(fact);
    const before = this.#living.get(key);
    if (before !== undefined) {
      this.#missedDue(before, at);
      before.endedAt = at;
      this.#living.delete(key);
    }
    if (fact.op !== 'added') return;
    const { pod, container, probe } = fact;
    const known = this.#pods.get(pod.uid)?.spec;
    const spec = [...(known?.containers ?? []), ...(known?.initContainers ?? [])].find(
      ({ name }) => name === container,
    );
    const probeSpec = spec?.[FIELDS[probe]];
    if (probeSpec === undefined) {
      this.#problems.push(`${at}: a worker for a probe that is not in the spec: ${key}`);
      return;
    }
    const life: Life = {
      who: `${probe} of ${container}`,
      key: { uid: pod.uid, container, probe },
      spec: probeSpec,
      addedAt: at,
      endedAt: Number.POSITIVE_INFINITY,
      jitters: at - (this.#kubeletStarts.at(-1) ?? 0) < (probeSpec.periodSeconds ?? 10) * 1000,
      containerID: '',
      value: undefined,
      last: 'Success',
      inARow: 0,
      held: false,
      due: undefined,
      errors: { count: 0, start: 0 },
      runs: [],
      holds: [],
    };
    this.#living.set(key, life);
    this.#lives.push(life);
  }

  #attempt(life: Life, fact: ProbeFact, at: number): void {
    this.#missedDue(life, at);
    const problem = (text: string) => this.#problems.push(`${at}: ${life.who}: ${text}`);
    if (this.#keepsWhatWasPublished(life)) life.containerID = fact.containerID;
    if (fact.containerID !== life.containerID) problem(`probes ${fact.containerID}, not ${life.containerID}`);
    if (life.held) problem('probes while it holds');
    const start = life.errors.count > 0 ? life.errors.start : fact.startedAt;
    if (fact.result === 'error' && life.errors.count < 2) {
      life.errors = { count: life.errors.count + 1, start };
      return;
    }
    life.errors = { count: 0, start: 0 };
    life.runs.push({ start, end: at });
    // Three errors in a row say nothing.
    if (fact.result === 'error') return;
    const outcome = fact.result === 'failure' ? 'Failure' : 'Success';
    life.inARow = life.last === outcome ? life.inARow + 1 : 1;
    life.last = outcome;
    const needed = outcome === 'Failure' ? (life.spec.failureThreshold ?? 3) : (life.spec.successThreshold ?? 1);
    if (life.inARow < needed) return;
    if (life.value !== outcome) life.due = { result: outcome, at };
    const { probe } = life.key;
    if (probe === 'startup' || (probe === 'liveness' && outcome === 'Failure')) {
      life.held = true;
      life.inARow = 0;
      life.holds.push({ start: at, end: Number.POSITIVE_INFINITY });
    }
  }

  /** From 1.36 on a container that is older than the kubelet gets no initial value. */
  #keepsWhatWasPublished(life: Life): boolean {
    return this.#input.version !== '1.34' && this.#kubeletStarts.length > 1 && life.containerID === '';
  }

  #result(life: Life, fact: ResultFact, at: number): void {
    const problem = (text: string) => this.#problems.push(`${at}: ${life.who}: ${text}`);
    if (fact.containerID !== life.containerID) {
      this.#missedDue(life, at);
      this.#newContainer(life, fact, at);
      return;
    }
    const due = life.due;
    life.due = undefined;
    life.value = fact.result;
    if (due?.result === fact.result && due.at === at) return;
    // The one other reason: the worker saw that its container does not run (any more, or was never started).
    const over = fact.result === 'Failure' && !this.#running.has(fact.containerID);
    // A kubelet of 1.36 seeds a sidecar's startup with Success, then comes the initial value.
    const seeded = this.#input.version !== '1.34' && fact.previous === 'Success' && fact.result === 'Unknown';
    if (!over && !seeded) problem(`result ${fact.result}, but ${due === undefined ? 'nothing' : due.result} was due`);
  }

  #newContainer(life: Life, fact: ResultFact, at: number): void {
    // It got no initial value, and was found dead before it was probed.
    const foundDead =
      this.#keepsWhatWasPublished(life) && fact.result === 'Failure' && !this.#running.has(fact.containerID);
    life.containerID = fact.containerID;
    life.value = fact.result;
    life.held = false;
    const hold = life.holds.at(-1);
    if (hold !== undefined) hold.end = Math.min(hold.end, at);
    const initial = INITIAL[life.key.probe];
    const seeded = this.#input.version !== '1.34' && life.key.probe === 'startup' && fact.result === 'Success';
    if (fact.result !== initial && !seeded && !foundDead) {
      this.#problems.push(`${at}: ${life.who}: a new container begins with ${fact.result}, not ${initial}`);
    }
    if (fact.previous !== undefined) this.#problems.push(`${at}: ${life.who}: it had ${fact.previous} before`);
  }

  #missedDue(life: Life, at: number): void {
    if (life.due !== undefined && life.due.at < at) {
      this.#problems.push(`${life.due.at}: ${life.who}: ${life.due.result} was due and never recorded`);
      life.due = undefined;
    }
  }

  /** Liveness and startup run on the grid of their worker's beginning; late only if the run before was long. */
  #grid(life: Life): void {
    const period = (life.spec.periodSeconds ?? 10) * 1000;
    const starts = new Set(life.runs.map(({ start }) => start));
    for (const [index, { start }] of life.runs.entries()) {
      const late = life.runs[index - 1]?.end === start;
      if ((start - life.addedAt) % period !== 0 && !late) {
        this.#problems.push(`${start}: ${life.who}: off its grid (${life.addedAt} + n × ${period})`);
      }
    }
    const end = Math.min(life.endedAt, this.#input.endMs) - 4 * ((life.spec.timeoutSeconds ?? 1) * 1000 + 1000);
    for (let tick = life.addedAt; tick < end; tick += period) {
      if (starts.has(tick) || !this.#mustProbe(life, tick)) continue;
      this.#problems.push(`${tick}: ${life.who}: no probe, though it was due`);
    }
  }

  /** What was published leaves no doubt: running, started as the probe needs it, the initial delay over, nothing going on. */
  #mustProbe(life: Life, tick: number): boolean {
    const { uid, container, probe } = life.key;
    const {
      from = 0,
      until = 0,
      status,
      deleting,
    } = this.#published.get(`${uid}/${container}`)?.findLast((one) => one.from <= tick) ?? {};
    const running = status?.state?.running;
    if (status === undefined || running === undefined || deleting === true) return false;
    if (from > tick - PUBLISH_SLACK_MS || until < tick + PUBLISH_SLACK_MS) return false;
    if (status.started !== (probe !== 'startup')) return false;
    const age = (this.#input.epochMs + tick - Date.parse(running.startedAt ?? '')) / 1000;
    if (Math.trunc(age) < (life.spec.initialDelaySeconds ?? 0)) return false;
    const busy = [...life.runs, ...life.holds].some(({ start, end }) => start <= tick && tick <= end);
    return !busy;
  }
}

function keyOf(fact: { pod: { uid: string }; container: string; probe: string }): string {
  return `${fact.pod.uid}/${fact.container}/${fact.probe}`;
}
