import type { Pod } from '../../../sim/kube/objects.ts';
import { describePod } from '../../../sim/report/kubectl/describe-pod.ts';
import { podTable } from '../../../sim/report/kubectl/pod-table.ts';
import { printTable } from '../../../sim/report/kubectl/table.ts';
import { mask } from './mask.ts';
import type { Names } from './names.ts';
import type { PodEntry, Story } from './story.ts';

/** kubectl asks the API this long after the text's time, at most. */
const ASKED_WITHIN_S = 0.6;

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
  for (const [file, text] of input.story.texts) {
    const match = /^(describe|get)-(?!svc-|deployment-)(.+)$/.exec(file);
    const header = /^# \S+ rel=([\d.]+)\n/.exec(text);
    if (match === null || header === null) continue;
    const at = Number(header[1]) - input.story.textOffset;
    const body = text.slice(header[0].length);
    const blocks = match[1] === 'describe' ? describedPods(body) : listedPods(body);
    for (const [pod, lines] of blocks) {
      const difference = comparePod(input, pod, lines, at, match[1] === 'describe' ? described : listed);
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

function comparable(lines: readonly string[]): string[] {
  return streamsApart(lines).map(maskText);
}

/**
 * A message that is the end of a log: what the app wrote to stdout (its JSON lines) and to stderr within a millisecond stands there
 * in either order.
 */
function streamsApart(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const head = /^ *Message: +/.exec(lines[i] ?? '')?.[0];
    const end = lines.indexOf('', i);
    const log = head === undefined || end < 0 ? [] : [(lines[i] ?? '').slice(head.length), ...lines.slice(i + 1, end)];
    if (head === undefined || !log.some(isAppLine)) {
      result.push(lines[i] ?? '');
      continue;
    }
    // Where its beginning was cut off hangs on the lengths of the numbers in it.
    const whole = log
      .filter(isAppLine)
      .map((line) => (line.startsWith('{') ? line : line.replace(/^.*?(?="httpver":)/, '')));
    result.push(head, ...whole, ...log.filter((line) => !isAppLine(line)));
    i = end - 1;
  }
  return result;
}

function isAppLine(line: string): boolean {
  return line.includes('"mono":');
}

function firstDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    if (expected[i] !== actual[i]) return `line ${i + 1}\n    recorded ${expected[i]}\n    played   ${actual[i]}`;
  }
  return undefined;
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

function maskText(line: string): string {
  return mask(line)
    .replace(/^( *(?:Container ID|Image ID|IP|Start Time|Started|Finished|IPs): *)\S.*$/, '$1<masked>')
    .replace(/pod-template-hash=\w+/g, 'pod-template-hash=<hash>')
    .replace(/kube-api-access-\w{5}/g, 'kube-api-access-<random>')
    .replace(/^(Node: +[^/]+)\/\S+/, '$1/<ip>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replace(/(?<=[\s(])(?:\d+[dhms])+(?= |\)|$)|<invalid>/g, '<age>')
    .replace(/"(mono|dur)":[\d.e-]+/g, '"$1":<seconds>')
    .replace(/"t":"[^"]*"/g, '"t":<time>')
    .replace(/"remote":"[^"]*"/g, '"remote":<client>')
    .replace(/^goroutine \d+ /, 'goroutine <n> ')
    .replace(/\b0x[0-9a-f]{6,}/g, '<address>')
    .replace(/ +/g, ' ')
    .trimEnd();
}
