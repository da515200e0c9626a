import type { AggregatorAnswer, AggregatorCase } from '../calico/aggregator-case.ts';
import { AggregatorWorld } from '../calico/aggregator-world.ts';
import { casesOf } from '../golden.ts';
import { attempt, type CaseResult, type Suite } from '../suite.ts';

/** The other holder of a taken port leaves after this time. */
const HELD_MS = 1500;

export const suite: Suite = {
  name: 'calico-aggregator',
  about: "felix' health aggregator: status, headers, table and log over a timeline",
  async *run(files, options) {
    for (const item of casesOf<AggregatorCase>(files, options.caseName)) {
      const at = item.atMsAfterFree === undefined ? '' : ` ${item.atMsAfterFree}ms`;
      yield { name: `${item.name}${at} ${item.version}`, ...attempt(() => judge(item, options.sideBySide)) };
    }
  },
};

function judge(item: AggregatorCase, sideBySide: boolean): Omit<CaseResult, 'name'> {
  const { expected, actual } = play(item);
  const [want, got] = [JSON.stringify(expected, null, 1), JSON.stringify(actual, null, 1)];
  if (want === got && !sideBySide) return { status: 'passed' };
  return { status: want === got ? 'passed' : 'failed', difference: `expected ${want}\ngot ${got}` };
}

interface Sides {
  expected: unknown;
  actual: unknown;
}

function play(item: AggregatorCase): Sides {
  if (item.atMsAfterFree !== undefined && item.answer !== undefined) return playTakenPort(item, item.answer);
  const answers = item.timeline ?? (item.answer === undefined ? [] : [item.answer]);
  if (answers.length === 0) return playLog(item);
  const world = new AggregatorWorld(item);
  const table = answers.find(({ body }) => body !== undefined && body !== '')?.body ?? tableOfOne(item);
  world.serve();
  world.register(table);
  const actual = answers.map((answer) => world.ask(answer, table));
  const sides: Sides = { expected: answers.map(shown), actual };
  // Turning the server off and on leaves lines of two servers in the order of a race.
  if (item.log === undefined || /off/.test(item.setup ?? '') || item.name.startsWith('server-')) return sides;
  const log = (lines: readonly string[]) =>
    lines.map(withoutPort).filter((line) => !/Health disabled|Server closed/.test(line));
  return {
    expected: { answers: sides.expected, log: log(item.log.trim().split('\n')) },
    actual: { answers: actual, log: log(world.log) },
  };
}

function playTakenPort(item: AggregatorCase, answer: AggregatorAnswer): Sides {
  const world = new AggregatorWorld(item);
  const table = answer.body ?? tableOfOne(item);
  world.register(table);
  world.aggregator.report('r', { live: true, ready: true });
  world.holdPort(HELD_MS);
  return { expected: shown(answer), actual: world.ask({ ...answer, atMs: item.atMsAfterFree ?? 0 }, table) };
}

/** The log of a server whose port is taken: it complains each second. */
function playLog(item: AggregatorCase): Sides {
  const complaints = (lines: readonly string[]) =>
    lines.filter((line) => /address already in use/.test(line)).map((line) => withoutPort(line));
  const world = new AggregatorWorld(item);
  world.register(tableOfOne(item));
  world.holdPort(HELD_MS);
  return { expected: complaints((item.log ?? '').split('\n')), actual: complaints(world.log) };
}

function shown({ status, headers, body, error }: AggregatorAnswer): object {
  const sorted = headers && Object.fromEntries(Object.entries(headers).sort());
  return error === undefined ? { status, headers: sorted, body } : { error: withoutPort(error) };
}

function withoutPort(text: string): string {
  return text.replace(/(127\.0\.0\.1):\d+/g, '$1:<port>').replace(/port=\d+/, 'port=<port>');
}

/** What a HEAD or a failed request leaves untold: a reporter `r` of both kinds, as in the other lines of its kind. */
function tableOfOne({ version }: AggregatorCase): string {
  const timeout = version.startsWith('v3.23') ? '0s' : '-';
  return `\n\n\n| r | ${timeout} | reporting live | reporting ready |  |`;
}
