import { readCases } from '../golden.ts';
import { playCalls } from '../nacos/sdk-calls.ts';
import type { SdkEvent, SdkRecording, SdkSeen } from '../nacos/sdk-recording.ts';
import { playRestart, playWatch } from '../nacos/sdk-watch.ts';
import { attempt, type CaseResult, type Suite } from '../suite.ts';

const TOLERANCE = 150;
/** A recorder that asks every half second sees things so late. */
const SLOW_TOLERANCE = 600;
/** A client has at most so many checks that fall on a timeout's very millisecond. */
const TIES = 3;

export const suite: Suite = {
  name: 'nacos-sdk',
  about: 'the modelled npm client: requests, results and what listeners see, as the package nacos 2.6.3 did it',
  async *run(files, options) {
    for (const file of files) {
      for (const recording of readCases<SdkRecording>(file)) {
        const name = `${recording.id}: ${recording.desc}`;
        if (options.caseName !== undefined && ![name, recording.id].includes(options.caseName)) continue;
        yield { name, ...attempt(() => judge(recording, options.sideBySide)) };
      }
    }
  },
};

function judge(recording: SdkRecording, sideBySide: boolean): Omit<CaseResult, 'name'> {
  const isRestart = recording.events.some(({ k }) => k === 'server SIGTERM');
  const expected = seenInRecording(recording);
  let first: { difference: string; seen: readonly SdkSeen[] } | undefined;
  for (const play of plays(recording)) {
    const seen = play();
    const difference = compareSdk(expected, seen, isRestart ? SLOW_TOLERANCE : TOLERANCE);
    if (difference === undefined) {
      return {
        status: 'passed',
        ...(sideBySide ? { difference: `expected\n${list(expected)}\ngot\n${list(seen)}` } : {}),
      };
    }
    first ??= { difference, seen };
  }
  const show = `expected\n${list(expected)}\ngot\n${list(first?.seen ?? [])}`;
  return { status: 'failed', difference: `${first?.difference}\n${show}` };
}

/** A recording played anew: once for each side on which what falls together may fall. */
function plays(recording: SdkRecording): (() => SdkSeen[])[] {
  const tossed = (coins: number) => {
    let toss = 0;
    return { version: '2.2' as const, expiredAtTie: () => ((coins >> Math.min(toss++, TIES - 1)) & 1) === 1 };
  };
  const has = (kind: string) => recording.events.some(({ k }) => k === kind);
  if (has('signal')) return [true, false].map((lateBeat) => () => playWatch(recording, tossed(0), lateBeat));
  const play = has('server SIGTERM') ? playRestart : playCalls;
  return Array.from({ length: 2 ** TIES }, (_, coins) => () => play(recording, tossed(coins)));
}

const SEEN = ['listener', 'server', 'select(healthy)', 'getAll', 'server list', 'sdk select'];
/** The recorder's machine and the virtual pod have other addresses. */
const OWN = /10\.244\.0\.1(?!\d)/g;

/** What a recording's watchers saw, in the form of a replay. */
export function seenInRecording({ events }: SdkRecording): SdkSeen[] {
  return events.flatMap(seenOf);
}

function seenOf(event: SdkEvent): SdkSeen[] {
  const { t, k, m, name, v = '', err = '' } = event;
  const called = m ?? name ?? '';
  if (SEEN.includes(k)) return [{ t, k, v }];
  if (k === 'http') return [{ t, k, v: `${event.method} ${event.path}`, query: event.query ?? {} }];
  if (k === 'throw') return [{ t, k, v: err, name: called }];
  if (k === 'ret' && !/^(ready|close|subscribe|server view)/.test(called)) return [{ t, k, v, name: called }];
  const refused = k === 'log' ? /^Error: connect ECONNREFUSED (\S+)/.exec(m ?? '')?.[1] : undefined;
  return refused === undefined ? [] : [{ t, k: 'refused', v: refused }];
}

/** The first difference of what was seen and what was recorded, by kind; undefined: none. */
export function compareSdk(
  expected: readonly SdkSeen[],
  actual: readonly SdkSeen[],
  tolerance: number,
): string | undefined {
  // Which of two servers is asked first is chance: then how often one refused is, too.
  const isChance = expected.some(({ k, v }) => k === 'throw' && v.includes(','));
  const hasRestart = expected.some(({ k }) => k === 'server list');
  const kinds = new Set(expected.map(({ k }) => k).filter((k) => k !== 'refused' || !(isChance || hasRestart)));
  for (const kind of kinds) {
    const wanted = expected.filter(({ k }) => k === kind);
    const got = actual.filter(({ k }) => k === kind);
    for (let at = 0; at < Math.max(wanted.length, got.length); at++) {
      const [want, have] = [wanted[at], got[at]];
      const same = want !== undefined && have !== undefined && text(want) === text(have);
      if (!same || Math.abs(want.t - have.t) > tolerance)
        return `${kind} ${at + 1}: ${line(want)} against ${line(have)}`;
    }
  }
  return undefined;
}

function text({ v, name, query }: SdkSeen): string {
  const own = (value: string) => value.replace(OWN, 'own').replace(/10\.244\.0\.2(?!\d)/g, 'own');
  const hosts = own(v).split(' ').sort().join(' ');
  const fields = Object.entries(query ?? {}).map(
    ([key, value]) => `${key}=${key === 'udpPort' && value !== '0' ? 'port' : own(value)}`,
  );
  return [hosts, (name ?? '').replace(/ \(the last one\)/, ''), ...fields.sort()].join('\n');
}

function line(seen: SdkSeen | undefined): string {
  if (seen === undefined) return 'nothing';
  const { t, k, v, name, query } = seen;
  return `${t} ms ${k} ${name ?? ''} ${v} ${query === undefined ? '' : JSON.stringify(query)}`;
}

function list(seen: readonly SdkSeen[]): string {
  return seen.map((item) => `  ${line(item)}`).join('\n');
}
