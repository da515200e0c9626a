import { mask } from './mask.ts';
import type { Observed } from './recorder.ts';
import { type Sequence, sameSequence } from './sequence.ts';
import type { EndpointsEntry, EventEntry, PodEntry, ProbeEntry, Story, WorkloadEntry } from './story.ts';

const PROBE_TOLERANCE = 0.3;
const TOLERANCE = 1.5;
/** What a run does within this time is at once. */
const SAME_MOMENT = 0.005;
/** An attempt this close to a switch of its app may have come before or after it. */
const CONTROL_TOLERANCE = 0.1;

/** What of a run is not as the recording says, an entry for each object; empty if all is. */
export function compare(story: Story, observed: Observed): string[] {
  const differences: string[] = [];
  const check = (sequences: Sequence[]) => {
    for (const sequence of sequences) {
      const difference = sameSequence(sequence, story.duration);
      if (difference !== undefined) differences.push(difference);
    }
  };
  const events = grouped('events', story.events, observed.events, ({ object }) => object, eventText, TOLERANCE);
  check(events.map(inRecordedOrder));
  check(probeSequences(story, observed.probes));
  check(
    grouped('pod', changes(story.pods, podText), changes(observed.pods, podText), ({ pod }) => pod, podText, TOLERANCE),
  );
  for (const kind of ['endpointslices', 'endpoints'] as const) {
    const expected = changes(story[kind] ?? [], endpointsText);
    const actual = changes(observed[kind], endpointsText);
    check(grouped(kind, expected, actual, ({ service }) => service, endpointsText, TOLERANCE));
  }
  for (const kind of ['deployments', 'replicasets'] as const) {
    const expected = changes(story[kind] ?? [], workloadText);
    const actual = changes(observed[kind], workloadText);
    check(grouped(kind, expected, actual, ({ name }) => name, workloadText, TOLERANCE));
  }
  return differences;
}

/**
 * What several goroutines told in one moment, in the order of the recording: failures of probe workers, the ends of a pod's
 * containers, what a ReplicaSet made or deleted at once.
 */
function inRecordedOrder(sequence: Sequence): Sequence {
  const actual = [...sequence.actual];
  for (const [i, { text }] of sequence.expected.entries()) {
    const here = actual[i];
    const mine = goroutine(text);
    if (here === undefined || here.text === text || mine === undefined) continue;
    const at = actual.findIndex((entry, j) => j > i && entry.t - here.t <= SAME_MOMENT && entry.text === text);
    const passed = actual.slice(i, Math.max(i, at)).map((entry) => goroutine(entry.text));
    if (passed.length > 0 && passed.every((other) => other !== undefined && other !== mine))
      actual.splice(i, 0, ...actual.splice(at, 1));
  }
  return { ...sequence, actual };
}

/** `spec.containers{a} Readiness`, if a probe worker told the event; likewise of a container's end, and of a pod of a ReplicaSet. */
function goroutine(text: string): string | undefined {
  const told = / (?:Unhealthy|ProbeWarning) (\S+) .*?: (Startup|Readiness|Liveness) /.exec(text);
  const killed = / (Killing) (\S+) x\d+ kubelet: Stopping container /.exec(text);
  if (killed !== null) return `${killed[2]} ${killed[1]}`;
  const pod = / replicaset-controller: ((?:Created|Deleted) pod: \S+)$/.exec(text);
  if (pod !== null) return pod[1];
  return told === null ? undefined : `${told[1]} ${told[2]}`;
}

function probeSequences(story: Story, actual: readonly ProbeEntry[]): Sequence[] {
  const key = ({ pod, container, probe }: ProbeEntry) => `${pod} ${container} ${probe}`;
  const sequences = grouped('probes', story.probes, actual, key, ({ result }) => result, PROBE_TOLERANCE);
  return sequences.map((sequence) => {
    const controls = story.run.filter(({ control }) => sequence.name.startsWith(`probes ${control?.pod} `));
    const doubtful = (t: number) => controls.some((control) => Math.abs(control.t - t) <= CONTROL_TOLERANCE);
    return { ...sequence, doubtful };
  });
}

/** The entries of each object, side by side. */
function grouped<T extends { t: number }>(
  kind: string,
  expected: readonly T[],
  actual: readonly T[],
  key: (entry: T) => string,
  text: (entry: T) => string,
  tolerance: number,
): Sequence[] {
  const keys = new Set([...expected, ...actual].map(key));
  const of = (entries: readonly T[], wanted: string) =>
    entries.filter((entry) => key(entry) === wanted).map((entry) => ({ t: entry.t, text: text(entry) }));
  return [...keys].map((name) => ({
    name: `${kind} ${name}`,
    expected: of(expected, name),
    actual: of(actual, name),
    tolerance,
  }));
}

/** Without writes that changed nothing that is recorded. */
export function changes<T extends { op: string; pod?: string; service?: string; name?: string }>(
  entries: readonly T[],
  text: (entry: T) => string,
): T[] {
  const last = new Map<string, string>();
  return entries.filter((entry) => {
    const key = entry.pod ?? entry.service ?? entry.name ?? '';
    const now = text({ ...entry, op: entry.op === 'DELETED' ? 'DELETED' : '' });
    if (last.get(key) === now) return false;
    last.set(key, now);
    return true;
  });
}

function eventText({ op, type, reason, fieldPath, message, count, from }: EventEntry): string {
  return `${op} ${type} ${reason} ${fieldPath ?? '-'} x${count} ${from}: ${mask(message)}`;
}

export function podText(entry: PodEntry): string {
  const conditions = sorted(entry.conditions).map(([type, status]) => `${type}=${mask(status)}`);
  const views = [...(entry.init ?? []), ...entry.containers].map((view) => {
    const { name, state, ready, started, restarts, reason, exitCode, last } = view;
    const facts = [
      state,
      reason,
      exitCode,
      ready ? 'ready' : 'unready',
      started ? 'started' : 'unstarted',
      `restarts ${restarts}`,
    ];
    if (last !== undefined) facts.push(`last ${last.reason} ${last.exitCode}`);
    return `${name}(${facts.filter((fact) => fact !== undefined).join(' ')})`;
  });
  const flags = [entry.ip ? 'ip' : 'no-ip', ...(entry.deleting ? ['deleting'] : []), entry.reason, entry.message];
  return [entry.op, entry.phase, ...flags, ...views, ...conditions]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

export function endpointsText({ op, endpoints }: EndpointsEntry): string {
  const lines = endpoints.map((endpoint) =>
    JSON.stringify(endpoint, (_, value) => (isRecord(value) ? Object.fromEntries(sorted(value)) : value)),
  );
  // The subsets of an Endpoints object are in the order of their hashes, which the addresses are part of.
  return `${op} ${lines.sort().join(' ')}`;
}

export function workloadText({ op, replicas, status, conditions }: WorkloadEntry): string {
  const pairs = (record: object) =>
    sorted(record as Record<string, unknown>).map(([name, value]) => `${name}=${value}`);
  return [op, `replicas ${replicas}`, ...pairs(status), ...pairs(conditions)].join(' ');
}

function sorted<T>(record: Record<string, T>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
