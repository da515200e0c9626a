import { isDeepStrictEqual } from 'node:util';
import { readCases } from '../golden.ts';
import { type Comparison, compare, urlOf } from '../handlers/compare.ts';
import { type PlayedCase, play } from '../handlers/play.ts';
import type { RecordedCase } from '../handlers/recorded-case.ts';
import { startServers } from '../handlers/servers.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

/** As many at a time as the recorder had. */
const PARALLEL = 24;

/** On a machine that is busy a second goes by without an answer: such a case is played again, alone. */
const AGAIN = 2;

export const suite: Suite = {
  name: 'handlers',
  about: 'HTTP, TCP, gRPC and exec attempts on real sockets and processes: verdict, output, request bytes, events',
  async *run(files: readonly string[], options: SuiteOptions): AsyncIterable<CaseResult> {
    for (const file of files) {
      const cases = readCases<RecordedCase>(file);
      const wanted = cases.filter(({ name }) => options.caseName === undefined || name === options.caseName);
      const servers = await startServers();
      try {
        const played = await playAll(alongWith(wanted, cases));
        for (const recorded of wanted) {
          let comparison = compare(recorded, played.get(recorded) as PlayedCase, servers.requests);
          for (let again = 0; again < AGAIN && wasTooSlow(comparison); again++) {
            comparison = compare(recorded, await play(recorded), servers.requests);
          }
          yield toResult(recorded, comparison, options);
        }
      } finally {
        await servers.stop();
      }
    }
  },
};

/** The cases, and those that ask for the same targets: a recorded raw request may be theirs. */
function alongWith(wanted: RecordedCase[], all: RecordedCase[]): RecordedCase[] {
  if (wanted.length === all.length) return all;
  const targets = new Set(wanted.filter((one) => one.rawRequest !== undefined).map((one) => urlOf(one)?.target));
  return all.filter((one) => wanted.includes(one) || (urlOf(one) !== undefined && targets.has(urlOf(one)?.target)));
}

async function playAll(cases: readonly RecordedCase[]): Promise<Map<RecordedCase, PlayedCase>> {
  const played = new Map<RecordedCase, PlayedCase>();
  const queue = cases.values();
  const worker = async () => {
    for (const recorded of queue) played.set(recorded, await play(recorded));
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return played;
}

function toResult(recorded: RecordedCase, { expected, got }: Comparison, options: SuiteOptions): CaseResult {
  const { name } = recorded;
  const fields = Object.keys(expected).filter((field) => !isDeepStrictEqual(expected[field], got[field]));
  const shown = options.sideBySide ? Object.keys(expected) : fields.slice(0, 1);
  const difference = shown.map((field) => `${field}\nexpected ${show(expected[field])}\ngot      ${show(got[field])}`);
  const status = recorded.environmentSpecific ? 'environment' : fields.length === 0 ? 'passed' : 'failed';
  return { name, status, ...(difference.length === 0 ? {} : { difference: difference.join('\n') }) };
}

/** We gave up waiting where the recorder had its answer. */
function wasTooSlow({ expected, got }: Comparison): boolean {
  const [wanted, had] = [JSON.stringify(expected), JSON.stringify(got)];
  return DEADLINES.some((text) => had.includes(text) && !wanted.includes(text));
}

const DEADLINES = ['deadline exceeded', 'exceeded while awaiting headers'];
const SHOWN = 600;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}
