import type { Pod } from '../../../sim/kube/objects.ts';
import { describePod } from '../../../sim/report/kubectl/describe-pod.ts';
import { podTable } from '../../../sim/report/kubectl/pod-table.ts';
import { printTable } from '../../../sim/report/kubectl/table.ts';
import type { Names } from './names.ts';
import type { PodEntry, Story } from './story.ts';
import { ASKED_WITHIN_S, comparable, firstDifference, firstIfAll, snapshotTexts } from './text-lines.ts';

export interface TextInput {
  story: Story;
  names: Names;
  /** The recording's transitions of pods and the run's, without writes that changed nothing. */
  recorded: readonly PodEntry[];
  played: readonly PodEntry[];
  /** The object behind a transition of the run, with what changed until `until` (seconds) without being one. */
  object(entry: PodEntry, next: PodEntry | undefined, until: number): Pod;
  epochMs: number;
}

/**
 * Compares kubectl's texts about pods, each pod at the transition it had reached: many texts were taken because a state
 * had just been reached. Says what differs, one entry for each pod and text.
 */
export function compareTexts(input: TextInput): string[] {
  const differences: string[] = [];
  for (const { file, body, at } of snapshotTexts(input.story)) {
    const match = /^(describe|get)-(?!svc|deployment)/.exec(file);
    if (match === null) continue;
    const blocks = match[1] === 'describe' ? describedPods(body) : listedPods(body);
    for (const [pod, lines] of blocks) {
      const difference = firstIfAll(
        at.map((time) => comparePod(input, pod, lines, time, match[1] === 'describe' ? described : listed)),
      );
      if (difference !== undefined) differences.push(`${file}.txt ${pod}: ${difference}`);
    }
  }
  return differences;
}

/** The text of any transition that the pod may have had when kubectl asked has to be the recorded one. */
function comparePod(
  input: TextInput,
  pod: string,
  expected: readonly string[],
  at: number,
  print: (pod: Pod, now: number) => string[],
): string | undefined {
  const mine = input.played.filter((entry) => entry.pod === pod);
  const recorded = input.recorded.filter((entry) => entry.pod === pod);
  const least = recorded.filter(({ t }) => t <= at).length;
  const most = recorded.filter(({ t }) => t <= at + ASKED_WITHIN_S).length;
  let first: string | undefined;
  for (let count = Math.max(1, least); count <= Math.max(1, most); count++) {
    const entry = mine[count - 1];
    if (entry === undefined) continue;
    for (const until of [at, at + ASKED_WITHIN_S]) {
      const object = input.object(entry, mine[count], until);
      const actual = print(object, input.epochMs + at * 1000).map((line) => input.names.inText(line));
      const difference = firstDifference(comparable(expected), comparable(actual));
      if (difference === undefined) return undefined;
      first ??= difference;
    }
  }
  return first ?? 'the run has no such transition';
}

function describedPods(text: string): Map<string, string[]> {
  const pods = new Map<string, string[]>();
  for (const block of text.split(/^(?=Name: )/m)) {
    const name = /^Name: +(\S+)/.exec(block)?.[1];
    if (name !== undefined) pods.set(name, head(block));
  }
  return pods;
}

function listedPods(text: string): Map<string, string[]> {
  const [table = ''] = text.split('\n\n');
  const [header = '', ...rows] = table.trimEnd().split('\n');
  if (!header.startsWith('NAME ') || !header.includes('READINESS GATES')) return new Map();
  return new Map(rows.map((row) => [row.split(' ')[0] ?? '', [row]]));
}

function described(pod: Pod, now: number): string[] {
  return head(describePod(pod, [], now));
}

function listed(pod: Pod, now: number): string[] {
  return printTable(podTable([pod], { now, wide: true }), {})
    .trimEnd()
    .split('\n')
    .slice(1);
}

/** Events are compared one by one; here the part before them. */
function head(text: string): string[] {
  const [before = ''] = text.split(/^Events:/m);
  return before.trimEnd().split('\n');
}
