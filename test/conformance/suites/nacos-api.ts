import type { NacosVersion } from '../../../sim/programs/nacos/profiles.ts';
import { readCases } from '../golden.ts';
import { comparable, type RecordedAnswer, recorded } from '../nacos/api-answer.ts';
import { createReplayServer, type RecordedRequest } from '../nacos/replay-server.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

/** A line of a recording: one request and its answer. */
interface ApiCase {
  id: number;
  group: string;
  note: string;
  request: RecordedRequest;
  response: RecordedAnswer & { ms: number };
}

/** The suite of one release's recordings. */
export function apiSuite(name: string, version: NacosVersion): Suite {
  return {
    name,
    about: `the HTTP API of a Nacos ${version} server: every answer of a recording, in its order`,
    async *run(files, options) {
      for (const file of files) yield* play(readCases<ApiCase>(file), version, options);
    },
  };
}

export const suite = apiSuite('nacos-api', '2.2');

/** All requests are sent whichever case is asked for: the registry remembers. */
function* play(cases: readonly ApiCase[], version: NacosVersion, options: SuiteOptions): Generator<CaseResult> {
  const server = createReplayServer({ version });
  const begin = server.clock.now();
  const first = cases.map(timeOf).find((time) => time !== undefined) ?? 0;
  for (const item of cases) {
    // An answer with a time in it says when it was asked: the recorder slept before it, if at all.
    const at = timeOf(item);
    const due = begin + (at === undefined ? 0 : at - first);
    if (due - 2 > server.clock.now()) server.clock.runUntil(due - 2);
    const sentAt = server.clock.now();
    const answer = recorded(server.ask(restored(item.request)));
    server.clock.runUntil(Math.max(server.clock.now(), sentAt + Math.min(item.response.ms, 100)));
    const label = `${item.id} ${item.group}: ${item.note}`;
    if (options.caseName !== undefined && ![label, String(item.id), item.group].includes(options.caseName)) continue;
    yield compare(label, comparable(item.response), comparable(answer), options.sideBySide);
  }
}

function compare(name: string, expected: string, actual: string, sideBySide: boolean): CaseResult {
  const same = expected === actual;
  if (same && !sideBySide) return { name, status: 'passed' };
  return { name, status: same ? 'passed' : 'failed', difference: `expected ${expected}\ngot ${actual}` };
}

/** The server's own time of an answer, ms since 1970. */
function timeOf({ response }: ApiCase): number | undefined {
  const whole = response.json as
    | { lastRefTime?: number; timestamp?: string; data?: { lastRefTime?: number } }
    | undefined;
  const text = whole?.timestamp;
  if (typeof text === 'string') return Date.parse(text);
  return whole?.lastRefTime ?? (typeof whole?.data === 'object' ? whole.data?.lastRefTime : undefined);
}

/** Long values were shortened by the recorder, with their length: `{"x":"yyyy…(1508 chars)`. */
function restored(request: RecordedRequest): RecordedRequest {
  const query = Object.entries(request.query ?? {}).map(([key, value]) => [key, lengthened(value, '"}')] as const);
  return { ...request, query: Object.fromEntries(query), body: request.body && lengthened(request.body, '%22%7D') };
}

function lengthened(value: string, end: string): string {
  const match = /^(.*)…\((\d+) (?:chars|bytes)\)$/s.exec(value);
  const [, kept = '', length = '0'] = match ?? [];
  if (match === null) return value;
  // What was cut is more of the same; an object that was opened is closed.
  const tail = /^\{"|%7B%22/.test(kept) ? end : '';
  return kept + kept.slice(-1).repeat(Math.max(0, Number(length) - kept.length - tail.length)) + tail;
}
