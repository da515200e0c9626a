import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { ContainerStatus, Pod } from '../kube/objects.ts';
import { endpointChanges } from './endpoint-changes.ts';
import type { RunRecord } from './run-record.ts';
import { compareSequences, type Difference, type Moment, type Tolerance } from './sequence-diff.ts';

/** In what two runs differ about one subject. */
export interface SubjectDiff {
  /** `pod/web`, `service/web`, `expectations`. */
  subject: string;
  /** `events`, `probes`, `results`, `workers`, `status`, `containers`, `endpoints`. */
  what: string;
  differences: readonly Difference[];
}

/** Small shifts of time follow from any other difference: they say nothing. */
const TOLERANCE_MS = 1000;
const LINES_SHOWN = 30;

/** How far apart the moments are that two runs have in common, ms. */
export interface Skew {
  moments: number;
  median: number;
  /** The largest, and where it was. Undefined if there is no common moment. */
  most?: { ms: number; at: number; subject: string; text: string };
}

export interface DiffOptions {
  /** How far apart the same moments may be. Default 1 s. */
  tolerance?: Tolerance;
  /** Kinds of things (`workers`) that are not compared. */
  without?: readonly string[];
  /** A text as it is compared and shown: what must differ is taken out. Undefined: it is not compared. */
  comparable?: (text: string) => string | undefined;
}

/**
 * In what two runs of one scenario differ: events, probe attempts, results, workers, containers, published statuses,
 * endpoints and expectations, by pod or Service. Empty if a user would see no difference.
 */
export function diffRuns(before: RunRecord, after: RunRecord): SubjectDiff[] {
  return compareRuns(before, after).differences;
}

/** In what two runs of one scenario differ, and how far apart the rest is. */
export function compareRuns(
  before: RunRecord,
  after: RunRecord,
  { tolerance = TOLERANCE_MS, without = [], comparable = (text) => text }: DiffOptions = {},
): { differences: SubjectDiff[]; skew: Skew } {
  const [one, two] = [momentsOf(before, comparable), momentsOf(after, comparable)];
  const keys = [...new Set([...one.keys(), ...two.keys()])].sort();
  const skews: NonNullable<Skew['most']>[] = [];
  const diffs = keys.flatMap((key) => {
    const [subject = '', what = ''] = key.split(' ', 2);
    if (without.includes(what)) return [];
    const { differences, same } = compareSequences(one.get(key) ?? [], two.get(key) ?? [], tolerance);
    // Expectations stand at no moment of their own.
    if (what !== 'met') skews.push(...same.map(({ at, text, later }) => ({ ms: later, at, subject, text })));
    return differences.length === 0 ? [] : [{ subject, what, differences }];
  });
  return { differences: diffs, skew: skewOf(skews) };
}

function skewOf(skews: NonNullable<Skew['most']>[]): Skew {
  skews.sort((a, b) => Math.abs(a.ms) - Math.abs(b.ms));
  const [median, most] = [skews[Math.floor(skews.length / 2)], skews.at(-1)];
  return { moments: skews.length, median: Math.abs(median?.ms ?? 0), ...(most === undefined ? {} : { most }) };
}

/** The differences as text, in the manner of `diff`: `-` only the first run has, `+` only the second, `~` at another time. */
export function diffText(diffs: readonly SubjectDiff[], names: readonly [string, string]): string {
  if (diffs.length === 0) return '';
  const lines = [`--- ${names[0]}`, `+++ ${names[1]}`];
  for (const { subject, what, differences } of diffs) {
    lines.push(`@@ ${subject} ${what} @@`, ...differences.slice(0, LINES_SHOWN).map(diffLine));
    const left = differences.length - LINES_SHOWN;
    if (left > 0) lines.push(`… ${left} more`);
  }
  return `${lines.join('\n')}\n`;
}

function diffLine(difference: Difference): string {
  const { change, at, text } = difference;
  const time = `+${formatDuration(at)}`.padEnd(11);
  if (difference.change === 'moved') return `~${time} ${text} (then at +${formatDuration(difference.to)})`;
  return `${change === 'removed' ? '-' : '+'}${time} ${text}`;
}

/** What happened in a run, by subject and kind of thing. */
function momentsOf(
  { facts, expectations }: RunRecord,
  comparable: (text: string) => string | undefined,
): Map<string, Moment[]> {
  const moments = new Map<string, Moment[]>();
  const add = (subject: string, what: string, at: number, told: string) => {
    const text = comparable(told);
    if (text === undefined) return;
    const key = `${subject} ${what}`;
    const list = moments.get(key);
    if (list === undefined) moments.set(key, [{ at, text }]);
    else list.push({ at, text });
  };
  const statuses = new Map<string, Map<string, string>>();
  for (const fact of facts) {
    if (fact.kind === 'object' && fact.object.kind === 'Pod') {
      const pod = fact.object as unknown as Pod;
      for (const text of statusChanges(pod, fact.op, statuses))
        add(`pod/${pod.metadata.name}`, 'status', fact.at, text);
    } else tell(fact, add);
  }
  for (const { at, service, pod, address, change, ready } of endpointChanges(facts)) {
    const state = change === 'removed' ? 'removed' : `ready=${ready}`;
    add(`service/${service}`, 'endpoints', at, `${pod === '' ? address : pod} ${state}`);
  }
  for (const { ok, text, at } of expectations) {
    add(
      'expectations',
      'met',
      0,
      `${ok ? 'met' : 'failed'}: ${text}${at === undefined ? '' : ` (at +${formatDuration(at)})`}`,
    );
  }
  return moments;
}

function tell(fact: StampedFact, add: (subject: string, what: string, at: number, text: string) => void): void {
  switch (fact.kind) {
    case 'event':
      add(
        `${fact.object.kind.toLowerCase()}/${fact.object.name}`,
        'events',
        fact.at,
        `${fact.type} ${fact.reason}: ${fact.message.trim()}`,
      );
      return;
    case 'probe': {
      const output = fact.result === 'success' ? '' : `: ${fact.output.trim().split('\n')[0] ?? ''}`;
      add(`pod/${fact.pod.name}`, 'probes', fact.at, `${fact.probe} of ${fact.container} ${fact.result}${output}`);
      return;
    }
    case 'result':
      add(`pod/${fact.pod.name}`, 'results', fact.at, `${fact.probe} of ${fact.container} is ${fact.result}`);
      return;
    case 'worker':
      add(`pod/${fact.pod.name}`, 'workers', fact.at, `${fact.probe} worker of ${fact.container} ${fact.op}`);
      return;
    case 'container': {
      const how =
        fact.op === 'exited'
          ? ` with code ${fact.exitCode ?? '?'}`
          : fact.op === 'signalled'
            ? ` with ${fact.signal}`
            : '';
      if (fact.op === 'created' || fact.op === 'removed') return;
      add(`pod/${fact.pod.name}`, 'containers', fact.at, `${fact.container} ${fact.op}${how}`);
      return;
    }
    default:
  }
}

/** What a write of a pod changed in what people look at. */
function statusChanges(pod: Pod, op: string, known: Map<string, Map<string, string>>): string[] {
  if (op === 'DELETED') return ['deleted'];
  const { uid } = pod.metadata;
  const before = known.get(uid) ?? new Map<string, string>();
  const now = new Map<string, string>([['phase', pod.status.phase ?? '']]);
  for (const { type, status } of pod.status.conditions ?? []) now.set(type, status);
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  for (const status of statuses) {
    now.set(`${status.name} state`, stateOf(status));
    now.set(`${status.name} started`, String(status.started ?? false));
    now.set(`${status.name} ready`, String(status.ready));
    now.set(`${status.name} restarts`, String(status.restartCount));
  }
  known.set(uid, now);
  return [...now].filter(([key, value]) => before.get(key) !== value).map(([key, value]) => `${key}=${value}`);
}

function stateOf({ state }: ContainerStatus): string {
  if (state?.running !== undefined) return 'running';
  if (state?.terminated !== undefined)
    return `terminated (${state.terminated.reason ?? ''} ${state.terminated.exitCode})`;
  return `waiting (${state?.waiting?.reason ?? ''})`;
}
