import type { NacosVersion } from '../../../sim/programs/nacos/profiles.ts';
import { readCases } from '../golden.ts';
import { playConnections } from '../nacos/connection-timeline.ts';
import { playPersistent } from '../nacos/persistent-timeline.ts';
import { type Recording, type Seen, VIEW_KINDS } from '../nacos/recording.ts';
import { playSpring, type RecordedRequests } from '../nacos/spring-timeline.ts';
import { playTimeline } from '../nacos/timeline-player.ts';
import { attempt, type CaseResult, type Suite } from '../suite.ts';

const TOLERANCE = 150;
/** A wait of the server's own checks. */
const CHECK_TOLERANCE = 5000;
/** Of requests sent every 100 ms to two in turn: the first and the last that fail, and how many. */
const REQUEST_TOLERANCE = 250;
const COUNT_TOLERANCE = 0.1;
/** A timeline has at most so many checks that fall on a timeout's very millisecond. */
const TIES = 3;

export const suite: Suite = {
  name: 'nacos-timelines',
  about: 'when subscribers and lists learn of a change: recorded timelines, within 150 ms of virtual time',
  async *run(files, options) {
    for (const file of files) {
      for (const recording of readCases<Recording>(file)) {
        const name = `${recording.id}${recording.tag === '' ? '' : ` ${recording.tag}`}: ${recording.desc}`;
        if (options.caseName !== undefined && ![name, recording.id].includes(options.caseName)) continue;
        yield { name, ...attempt(() => judge(recording, options.sideBySide)) };
      }
    }
  },
};

function judge(recording: Recording, sideBySide: boolean): Omit<CaseResult, 'name'> {
  const kind = kindOf(recording);
  if (kind === 'spring') return judgeSpring(recording as Recording & RecordedRequests, sideBySide);
  const player = { connections: playConnections, persistent: playPersistent, http: playTimeline }[kind];
  // The server looks at persistent instances at moments of its own, some of them random.
  const tolerance = kind === 'persistent' ? CHECK_TOLERANCE : TOLERANCE;
  const version = versionOf(recording);
  const expected = fromTheAction(seenIn(recording));
  let best: { difference: string | undefined; seen: readonly Seen[] } | undefined;
  // The real server tosses a coin where a timeout ends exactly at a check: either side is right.
  for (let coins = 0; coins < 2 ** TIES; coins++) {
    let toss = 0;
    const expiredAtTie = () => ((coins >> Math.min(toss++, TIES - 1)) & 1) === 0;
    const seen = fromTheAction(player(recording, { version, expiredAtTie }));
    const difference = compare(expected, seen, tolerance);
    best ??= { difference, seen };
    if (difference === undefined) best = { difference, seen };
    if (difference === undefined || toss === 0) break;
  }
  const show = `expected\n${list(expected)}\ngot\n${list(best?.seen ?? [])}`;
  if (best?.difference === undefined) return { status: 'passed', ...(sideBySide ? { difference: show } : {}) };
  return { status: 'failed', difference: `${best.difference}\n${show}` };
}

/** Who was recorded, told by what happens in it: each kind has its own events, and one of another kind is not passed over. */
function kindOf({ events, requests }: Recording & RecordedRequests): keyof typeof KINDS {
  const kinds = new Set(events.map(({ k }) => k.replace(/ .*$/, '')));
  const is = (kind: keyof typeof KINDS) => MARKS[kind].some((mark) => kinds.has(mark));
  const kind = requests !== undefined || is('spring') ? 'spring' : is('connections') ? 'connections' : undefined;
  const found = kind ?? (is('persistent') ? 'persistent' : 'http');
  const unknown = [...kinds].filter((k) => !KINDS[found].test(k));
  if (unknown.length > 0) throw new Error(`no way to play ${unknown.map((k) => `"${k}"`).join(', ')}`);
  return found;
}

const KINDS = {
  spring: /^(?:action|curl|in-flight|prov\w*|tcp|nacos|consumer)$/,
  connections: /^(?:action|publisher|subscriber|http-list)$/,
  persistent: /^(?:register|list|port|answer)$/,
  http: /^(?:register|deregister|beat|toggle|answer|list|push|push-unacked)$/,
};
const MARKS: Readonly<Record<keyof typeof KINDS, readonly string[]>> = {
  spring: ['tcp', 'nacos', 'consumer', 'curl', 'in-flight'],
  connections: ['publisher', 'subscriber'],
  // A port is opened and closed only for a server that looks itself.
  persistent: ['port'],
  http: [],
};

/** The server's release is in the tag; without one it is 2.2. */
function versionOf({ tag }: Recording): NacosVersion {
  const told = /(?:^|[^\d.])(\d+\.\d+)/.exec(tag)?.[1];
  if (told === undefined || told === '2.2') return '2.2';
  if (told === '2.5') return '2.5';
  throw new Error(`a recording of Nacos ${told}, which is not modelled`);
}

/** A story of Spring Boot: who saw what when, and which of the consumer's requests failed. */
function judgeSpring(recording: Recording & RecordedRequests, sideBySide: boolean): Omit<CaseResult, 'name'> {
  const { seen, failures, before } = playSpring(recording, { version: '2.2', expiredAtTie: () => true });
  const expected = recording.events.flatMap(({ t, k, v = '' }) =>
    SPRING_SEES.test(k) && t > 0 ? [{ t, k, view: v }] : [],
  );
  const watched = new Set(expected.map(({ k }) => k));
  const changes = seen.filter(({ t, k }) => t > 0 && watched.has(k));
  const firstViews = new Set<string>();
  // What was so before is told once more in some recordings.
  const wanted = expected.filter(({ k, view }) => {
    const isKnown = !firstViews.has(k) && (view === before.get(k) || ['(empty)', ''].includes(view));
    firstViews.add(k);
    return !isKnown;
  });
  const [first, last] = [recording.firstError?.[0]?.[0], recording.lastError?.[0]?.[0]];
  const { errors = failures.length } = recording;
  if (wanted.length === 0) return { status: 'environment', difference: 'nothing in it that a replay could show' };
  const counts = `${failures.length} of ${errors} failures, from ${failures[0]} (${first}) to ${failures.at(-1)} (${last})`;
  const far = (a: number | undefined, b: number | undefined) =>
    b !== undefined && (a === undefined || Math.abs(a - b) > REQUEST_TOLERANCE);
  const isOff = Math.abs(failures.length - errors) > errors * COUNT_TOLERANCE;
  const difference =
    compare(wanted, changes, TOLERANCE) ??
    (isOff || far(failures[0], first) || far(failures.at(-1), last) ? counts : undefined);
  const show = `expected\n${list(wanted)}\ngot\n${list(changes)}\n${counts}`;
  if (difference === undefined) return { status: 'passed', ...(sideBySide ? { difference: show } : {}) };
  return { status: 'failed', difference: `${difference}\n${show}` };
}

const SPRING_SEES = /^(?:tcp \d+|nacos list|consumer DiscoveryClient)$/;

/** What watchers saw, without what they saw again. */
function seenIn({ events }: Recording): Seen[] {
  return events.flatMap(({ t, k, view, v }) => {
    if (VIEW_KINDS.includes(k) && (view !== undefined || k === 'push-unacked')) return [{ t, k, view: view ?? '' }];
    if (k === 'http-list') return [{ t, k, view: v ?? '' }];
    const notified = k === 'subscriber' ? /^notify (.*)$/.exec(v ?? '')?.[1] : undefined;
    return notified === undefined ? [] : [{ t, k: 'notify', view: notified }];
  });
}

/** How two clients came up before t = 0 is a race; what counts is the state they had reached. */
function fromTheAction(seen: readonly Seen[]): Seen[] {
  const kinds = [...new Set(seen.map(({ k }) => k))];
  const reached = kinds.flatMap((kind) => seen.findLast(({ k, t }) => k === kind && t < 0) ?? []);
  return [...reached.map((item) => ({ ...item, t: 0 })), ...seen.filter(({ t }) => t >= 0)];
}

function compare(expected: readonly Seen[], actual: readonly Seen[], tolerance: number): string | undefined {
  // What a recording had no watcher for is not compared; a heartbeat's answer that differs always shows.
  for (const kind of new Set([...expected.map(({ k }) => k), 'beat answered'])) {
    const wanted = expected.filter(({ k }) => k === kind);
    const got = actual.filter(({ k }) => k === kind);
    for (let at = 0; at < Math.max(wanted.length, got.length); at++) {
      const [want, have] = [wanted[at], got[at]];
      if (want === undefined || have === undefined) return `${kind} ${at + 1}: ${line(want)} against ${line(have)}`;
      if (sorted(want.view) !== sorted(have.view) || Math.abs(want.t - have.t) > tolerance) {
        return `${kind} ${at + 1}: ${line(want)} against ${line(have)}`;
      }
    }
  }
  return undefined;
}

/** Hosts come in a hash's order. */
function sorted(view: string): string {
  return view.split(' ').sort().join(' ');
}

function line(seen: Seen | undefined): string {
  return seen === undefined ? 'nothing' : `${seen.t} ms ${seen.k} ${seen.view}`;
}

function list(seen: readonly Seen[]): string {
  return seen.map((item) => `  ${line(item)}`).join('\n');
}
