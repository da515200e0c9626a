import { rolloutStatus } from '../../../sim/controllers/rollout-status.ts';
import { podTable } from '../../../sim/report/kubectl/pod-table.ts';
import { printTable } from '../../../sim/report/kubectl/table.ts';
import type { ObjectTextInput } from './object-texts.ts';
import { sameSequence } from './sequence.ts';
import { comparable, firstIfAll } from './text-lines.ts';

const TOLERANCE_S = 1.5;
/** A command asks the API this long after its start, at most; a watch does not see what was before. */
const ASKS_WITHIN_S = 1;

interface Line {
  t: number;
  text: string;
}

/** Compares what kubectl printed line by line as time went on: `get pods --watch` and `rollout status`. */
export function compareStreamTexts(input: ObjectTextInput): string[] {
  return [...input.story.texts].flatMap(([file, text]) => {
    const lines = timedLines(text, input.story.textOffset);
    if (lines.length === 0) return [];
    if (file === 'pod-watch-table') return compareWatch(input, file, lines);
    if (/^rollout-status/.test(file)) return compareRollout(input, file, lines);
    return [];
  });
}

/** `    0.777  web   0/1 …`: a line with the time at which it came. */
function timedLines(text: string, offset: number): Line[] {
  return text.split('\n').flatMap((line) => {
    const [, t, rest] = /^ *(\d+\.\d+) {2}(.*)$/.exec(line) ?? [];
    return t === undefined || rest === undefined ? [] : [{ t: Number(t) - offset, text: comparable([rest])[0] ?? '' }];
  });
}

function compareWatch(input: ObjectTextInput, file: string, lines: readonly Line[]): string[] {
  const { story, world, names, epochMs } = input;
  const rows = lines.filter(({ text }) => !text.startsWith('NAME '));
  const nameOf = (text: string) => text.split(' ')[0] ?? '';
  const played = world.writes('Pod').map(({ t, object }) => {
    const table = podTable([object], { now: epochMs + t * 1000, wide: true });
    const row = printTable(table, { noHeaders: true }).trimEnd();
    return { t, text: comparable([names.inText(row)])[0] ?? '' };
  });
  const begin = lines[0]?.t ?? 0;
  return [...new Set(rows.map(({ text }) => nameOf(text)))].flatMap((name) => {
    const mine = (all: readonly Line[]) => distinct(all.filter(({ text }) => nameOf(text) === name));
    const expected = mine(rows);
    const actual = fromFirst(mine(played), expected[0], begin);
    const difference = sameSequence({ name, expected, actual, tolerance: TOLERANCE_S }, story.duration);
    return difference === undefined ? [] : [`${file}.txt ${difference}`];
  });
}

/** Without what was over when the watch began. */
function fromFirst(played: Line[], first: Line | undefined, begin: number): Line[] {
  if (first === undefined || first.t > begin + ASKS_WITHIN_S) return played;
  const at = played.findIndex(({ text }) => text === first.text);
  return at < 0 ? played : played.slice(at);
}

function distinct(lines: readonly Line[]): Line[] {
  return lines.filter(({ text }, i) => text !== lines[i - 1]?.text);
}

/** The command prints the state that it finds and then each news until the rollout is over. */
function compareRollout(input: ObjectTextInput, file: string, lines: readonly Line[]): string[] {
  const { story, world } = input;
  const expected = distinct(lines);
  // The last line is the command's exit code, unless it was cut off before its end.
  const ended = expected.at(-1)?.text.startsWith('[exit ') === true;
  const first = expected[0];
  const name = /deployment "([^"]+)"/.exec(first?.text ?? '')?.[1];
  if (first === undefined || name === undefined) return [];
  const writes = world.writes('Deployment').filter(({ object }) => object.metadata.name === name);
  const before = (t: number) => writes.findLastIndex((write) => write.t <= t);
  const begins = range(Math.max(0, before(first.t - TOLERANCE_S)), before(first.t + TOLERANCE_S));
  const difference = firstIfAll(
    begins.map((begin) => {
      const printed: Line[] = [];
      for (const { t, object } of writes.slice(begin)) {
        const { text, done, failed } = rolloutStatus(object);
        printed.push({ t: Math.max(t, first.t), text: comparable([text])[0] ?? '' });
        if (done && ended) printed.push({ t: Math.max(t, first.t), text: `[exit ${failed ? 1 : 0}]` });
        if (done) break;
      }
      return sameSequence({ name, expected, actual: distinct(printed), tolerance: TOLERANCE_S }, story.duration);
    }),
  );
  return difference === undefined ? [] : [`${file}.txt ${difference}`];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
