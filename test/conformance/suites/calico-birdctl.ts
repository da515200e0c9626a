import {
  type BirdctlLine,
  type BirdctlRecording,
  recordings,
  shownAnswer,
  shownBlocks,
  shownRow,
} from '../calico/birdctl-recording.ts';
import { BirdctlWorld } from '../calico/birdctl-world.ts';
import { readCases } from '../golden.ts';
import type { CaseResult, Suite } from '../suite.ts';

/** BIRD's timers know whole seconds, and the recorder looked up to a second late. */
const TOLERANCE_S = 1.5;
const LOOK_S = 0.02;
/** Up to a quarter of BIRD's waits is chance. */
const SEEDS = 12;
/** A peer that was in error waits up to 30 s each time: where in its round it is later is chance. */
const CHANCE = /Idle +(?:BGP Error|Received): /;
/** How often all details are asked for, for such peers. */
const DETAILS_EVERY = 25;
const DETAILS = /^show protocols all\b/;

interface Look {
  at: number;
  rows: ReadonlyMap<string, string>;
  /** What `show protocols all` told; asked only when the recorder did. */
  blocks: ReadonlyMap<string, string> | undefined;
  status: string;
}

export const suite: Suite = {
  name: 'calico-birdctl',
  about: "BIRD's control socket: the states of each kind of peer within 1.5 s, answers and errors",
  async *run(files, options) {
    for (const file of files) {
      for (const recording of recordings(readCases<BirdctlLine>(file))) {
        for (const result of bestOf(recording))
          if (options.caseName === undefined || result.name === options.caseName) yield result;
      }
    }
  },
};

/** A case passes if it does with one of the seeds. */
function bestOf(recording: BirdctlRecording): CaseResult[] {
  let best: CaseResult[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const results = [...play(recording, seed)];
    best = results.map((result, index) => (best[index]?.status === 'passed' ? best[index] : result));
    if (!best.some(({ status }) => status === 'failed')) break;
  }
  return best;
}

function* play(recording: BirdctlRecording, seed: number): Iterable<CaseResult> {
  const world = new BirdctlWorld(recording, seed);
  const looks: Look[] = [];
  const disabledAt = disables(recording);
  const last = Math.max(...recording.lines.map(({ atSec, firstSeenSec }) => atSec ?? firstSeenSec ?? 0));
  const answers = new Map<BirdctlLine, string>();
  const details = recording.lines.flatMap(({ send = '', atSec = 0 }) => (DETAILS.test(send) ? [atSec] : []));
  for (let at = LOOK_S; at < last + TOLERANCE_S; at += LOOK_S) {
    world.until(at);
    for (const [line, due] of disabledAt)
      if (!answers.has(line) && at >= due) answers.set(line, world.ask(`${line.command}\n`));
    for (const line of recording.lines) {
      if (line.kind === 'dialogue' && !answers.has(line) && at >= (line.atSec ?? 0))
        answers.set(line, world.ask(line.send));
    }
    const isDue = details.some((due) => Math.abs(at - due) <= TOLERANCE_S);
    const isAsked = isDue || (details.length > 0 && looks.length % DETAILS_EVERY === 0);
    const blocks = isAsked ? world.blocks() : undefined;
    looks.push({ at: world.seconds, rows: world.rows(), blocks, status: shownAnswer(world.ask('show status\n')) });
  }
  const short = /^\w+/.exec(recording.impl)?.[0];
  const chance = new Set(recording.lines.flatMap(({ peer, row = '' }) => (peer && CHANCE.test(row) ? [peer] : [])));
  for (const [peer, cause] of recording.peers)
    yield judgePeer(`${short} ${peer}: ${cause}`, { recording, peer, looks });
  for (const line of recording.lines) {
    const judged = judgeLine(line, { world, looks, chance, answer: answers.get(line) });
    if (judged !== undefined) yield { ...judged, name: `${short} ${judged.name}` };
  }
}

/** A command has no time of its own: its peer was seen down some moments later. */
function disables({ lines }: BirdctlRecording): (readonly [line: BirdctlLine, due: number])[] {
  return lines
    .filter(({ kind }) => kind === 'command')
    .map((line) => {
      const peer = line.command?.split(' ')[1];
      const seen = lines.find((one) => one.peer === peer && / down /.test(one.row ?? ''))?.firstSeenSec ?? 0;
      return [line, seen - 0.1] as const;
    });
}

function judgePeer(
  name: string,
  { recording, peer, looks }: { recording: BirdctlRecording; peer: string; looks: readonly Look[] },
): CaseResult {
  if (/no route/.test(name))
    return { name, status: 'environment', difference: 'the virtual network has a route to every address' };
  const recorded = recording.lines.filter((line) => line.kind === 'peer-row' && line.peer === peer);
  const seen = looks.map(({ at, rows }) => ({ at, row: rows.get(peer) ?? '' }));
  const missed = recorded.filter(
    ({ row = '', firstSeenSec = 0 }) => !near(seen, firstSeenSec).some((look) => look.row === shownRow(row)),
  );
  const known = new Set(recorded.map(({ row = '' }) => shownRow(row)));
  const alien = runs(seen).filter(({ row, from, to }) => !known.has(row) && to - from > TOLERANCE_S);
  if (missed.length === 0 && alien.length === 0) return { name, status: 'passed' };
  const lines = [
    ...missed.map(({ row = '', firstSeenSec }) => `not seen: ${shownRow(row)} at ${firstSeenSec} s`),
    ...alien.map(({ row, from, to }) => `not recorded: ${row} from ${from} s to ${to} s`),
    ...runs(seen)
      .slice(0, 12)
      .map(({ row, from }) => `  ${from.toFixed(2)} ${row}`),
  ];
  return { name, status: 'failed', difference: lines.join('\n') };
}

function near<T extends { at: number }>(looks: readonly T[], at: number): T[] {
  return looks.filter((look) => Math.abs(look.at - at) <= TOLERANCE_S);
}

/** How long each row stood. */
function runs(seen: readonly { at: number; row: string }[]): { row: string; from: number; to: number }[] {
  const found: { row: string; from: number; to: number }[] = [];
  for (const { at, row } of seen) {
    const last = found.at(-1);
    if (last?.row === row) last.to = at;
    else found.push({ row, from: at, to: at });
  }
  return found;
}

function judgeLine(
  line: BirdctlLine,
  { world, looks, chance, answer }: Played & { world: BirdctlWorld; answer: string | undefined },
): CaseResult | undefined {
  const { kind, atSec = 0, send = '', receive = '' } = line;
  const compare = (name: string, expected: string, actual: string): CaseResult => {
    const [want, got] = [shownAnswer(expected), shownAnswer(actual)];
    if (want === got) return { name, status: 'passed' };
    return { name, status: 'failed', difference: `expected ${want}\ngot ${got}` };
  };
  if (kind === 'greeting') return compare('greeting', line.bytes ?? '', world.ask(undefined));
  if (kind === 'command') return compare(line.command ?? '', line.answer ?? '', answer ?? '');
  if (kind === 'socket-after-exit') {
    return compare('socket after the end', String(/bird\.ctl/.test(line.ls ?? '')), String(world.stop()));
  }
  if (kind === 'birdcl') return judgeBirdcl(line, world, { looks, chance });
  if (kind !== 'dialogue') return undefined;
  const name = `${JSON.stringify(send)} at ${atSec} s`;
  if (/^show (?:memory|symbols)\s*$/.test(send))
    return { name, status: 'environment', difference: "sizes and hashes of BIRD's own memory" };
  if (DETAILS.test(send) && !/^9/.test(receive.split('\n')[1] ?? ''))
    return judgeDetails(name, { recorded: receive, answer: answer ?? '' }, seeing({ looks, chance }, atSec));
  if (send.trim() === 'show protocols')
    return judgeTable(name, { table: receive, answer: answer ?? '' }, seeing({ looks, chance }, atSec));
  if (send.trim() === 'show status') return judgeStatus(name, receive, near(looks, atSec));
  return compare(name, receive, answer ?? '');
}

/** What the model showed, and the peers whose moments are chance. */
interface Played {
  looks: readonly Look[];
  chance: ReadonlySet<string>;
}

/** The looks at which a peer may be as recorded. */
type Seeing = (peer: string) => readonly Look[];

function seeing({ looks, chance }: Played, at: number): Seeing {
  const close = near(looks, at);
  return (peer) => (chance.has(peer) ? looks : close);
}

function judgeTable(name: string, { table, answer }: { table: string; answer: string }, looksOf: Seeing): CaseResult {
  const isPeer = (line: string) => / BGP /.test(line);
  const others = (text: string) =>
    shownAnswer(
      text
        .split('\n')
        .filter((line) => !isPeer(line))
        .join('\n'),
    );
  const missing = table
    .split('\n')
    .filter(isPeer)
    .filter((line) => {
      const [peer = ''] = line.trim().split(/\s+/);
      return (
        !/Network is unreachable/.test(line) && !looksOf(peer).some(({ rows }) => rows.get(peer) === shownRow(line))
      );
    });
  const difference = [
    ...missing.map((line) => `not seen: ${shownRow(line)}`),
    ...(others(table) === others(answer) ? [] : [`expected ${others(table)}`, `got ${others(answer)}`]),
  ];
  return difference.length === 0
    ? { name, status: 'passed' }
    : { name, status: 'failed', difference: difference.join('\n') };
}

/** Each protocol's lines, as they were within the tolerance; and the protocols in their order. */
function judgeDetails(
  name: string,
  { recorded, answer }: { recorded: string; answer: string },
  looksOf: Seeing,
): CaseResult {
  const wanted = shownBlocks(recorded);
  const [order, got] = [[...wanted.keys()].join(' '), [...shownBlocks(answer).keys()].join(' ')];
  const missing = [...wanted].filter(
    ([protocol, block]) =>
      !/Network is unreachable/.test(block) && !looksOf(protocol).some(({ blocks }) => blocks?.get(protocol) === block),
  );
  const difference = [
    ...(order === got ? [] : [`expected ${order}`, `got ${got}`]),
    ...missing.flatMap(([protocol, block]) => [`expected ${block}`, `got ${shownBlocks(answer).get(protocol)}`]),
  ];
  return difference.length === 0
    ? { name, status: 'passed' }
    : { name, status: 'failed', difference: difference.join('\n') };
}

function judgeStatus(name: string, text: string, looks: readonly Look[]): CaseResult {
  const want = shownAnswer(text);
  if (looks.some(({ status }) => status === want)) return { name, status: 'passed' };
  return { name, status: 'failed', difference: `expected ${want}\ngot ${looks.at(-1)?.status}` };
}

function judgeBirdcl(line: BirdctlLine, world: BirdctlWorld, { looks, chance }: Played): CaseResult {
  const name = (line.argv ?? []).join(' ');
  const output = world.exec(line.argv ?? []);
  const heading = (text: string) => shownAnswer(text).split('\n')[0] ?? '';
  if (heading(line.stdout ?? '') !== heading(output))
    return { name, status: 'failed', difference: `expected ${heading(line.stdout ?? '')}\ngot ${heading(output)}` };
  const body = (line.stdout ?? '').split('\n').slice(1).join('\n');
  const end = looks.slice(-Math.ceil((TOLERANCE_S * 2) / LOOK_S));
  if (/show status/.test(name)) {
    const plain = end.map(({ status }) => ({ status: status.replace(/^(?:\d{4}[- ]| )/gm, '') }));
    const want = shownAnswer(body);
    const found = plain.some(({ status }) => status.split('\n').slice(1).join('\n') === want);
    return found
      ? { name, status: 'passed' }
      : { name, status: 'failed', difference: `expected ${want}\ngot ${plain.at(-1)?.status}` };
  }
  const answer = output.split('\n').slice(1).join('\n');
  return judgeTable(name, { table: body, answer }, (peer) => (chance.has(peer) ? looks : end));
}
