import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { Backoff } from '../../../sim/kubelet/backoff.ts';
import { readCases } from '../golden.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

interface Row {
  StartMs: number;
  ExitMs: number;
  By: 'crash' | 'liveness';
  WaitedMs: number;
  Backoff: boolean;
  BackoffSec: number;
}

interface Case {
  name: string;
  rows: Row[];
}

const KEY = 'container';
/** The recorder's idea of a sync that comes as soon as a wait is over. */
const RETRY_MS = 1;

/** Plays one instance after the other; what is taken from a row is how long its instance lived and why it ended. */
function play({ rows }: Case): Row[] {
  const clock = new VirtualClock();
  const backoff = new Backoff(clock);
  const played: Row[] = [];
  let before: number | undefined;
  for (const row of rows) {
    const start = clock.now();
    const exit = start + (row.ExitMs - row.StartMs);
    clock.runUntil(exit);
    // In the sync of a probe's kill, the killed instance is not among the exited ones yet.
    const known = row.By === 'liveness' ? before : exit;
    let waited = 0;
    if (known !== undefined) waited = awaitRestart(clock, backoff, known, exit);
    before = exit;
    const seconds = backoff.get(KEY) / 1000;
    played.push({ ...row, StartMs: start, ExitMs: exit, WaitedMs: waited, Backoff: waited > 0, BackoffSec: seconds });
  }
  return played;
}

/** Lets the wait pass, if there is one; returns it in ms. Later syncs know of the newest exit. */
function awaitRestart(clock: VirtualClock, backoff: Backoff, known: number, exit: number): number {
  if (!backoff.isInBackoffSince(KEY, known)) {
    backoff.next(KEY, known);
    return 0;
  }
  while (backoff.isInBackoffSince(KEY, exit)) clock.runUntil(clock.now() + RETRY_MS);
  backoff.next(KEY, exit);
  return clock.now() - exit;
}

function compare(recorded: Case): string | undefined {
  const played = play(recorded);
  for (let i = 0; i < recorded.rows.length; i++) {
    const want = recorded.rows[i] as Row;
    const got = played[i] as Row;
    if (JSON.stringify(want) !== JSON.stringify(got)) {
      return `instance ${i}\nexpected ${JSON.stringify(want)}\ngot      ${JSON.stringify(got)}`;
    }
  }
  return undefined;
}

export const suite: Suite = {
  name: 'backoff',
  about: 'restart waits after crashes and after probe kills',
  async *run(files: readonly string[], options: SuiteOptions): AsyncIterable<CaseResult> {
    for (const file of files) {
      for (const recorded of readCases<Case>(file)) {
        if (options.caseName !== undefined && options.caseName !== recorded.name) continue;
        const difference = compare(recorded);
        if (difference === undefined) yield { name: recorded.name, status: 'passed' };
        else yield { name: recorded.name, status: 'failed', difference };
      }
    }
  },
};
