import { gunzipSync } from 'node:zlib';
import type { ClientOutcome } from '../../../sim/programs/host.ts';
import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import type { RecordedEvent, Recording, Seen } from './recording.ts';
import { viewOf } from './recording.ts';
import { createReplayServer } from './replay-server.ts';

/** From a change to its push, as the server has it: a first push earlier than this was due to something before t = 0. */
const PUSH_DELAY = 550;
const POLL_INTERVAL = 20;
const RENEW_INTERVAL = 5000;
/** Between two looks of the server at a client. */
const CHECK_INTERVAL = 5000;
/** Four beats 5 s apart of a busy recorder: the last comes up to so much later after its check than it was to. */
const MOST_LATENESS = 500;

/**
 * Does what a recorded timeline did (registers, beats, deregisters) to our server in virtual time, with the recorder's
 * two watchers: a poller of the list and a subscriber by UDP. What they saw from t = 0 on.
 */
export function playTimeline(recording: Recording, options: NacosServerOptions): Seen[] {
  const server = createReplayServer(options);
  const base = server.clock.now() + 60_000;
  const serviceName = recording.service ?? '';
  const seen: Seen[] = [];
  const at = (t: number, work: () => void) => {
    const delay = base + t - server.clock.now();
    server.clock.setTimeout(work, Math.max(0, delay));
  };
  // A request needs a millisecond to the server: what is done at t arrives at t.
  const send = (
    t: number,
    method: string,
    path: string,
    query: Record<string, string>,
    done = (_: ClientOutcome) => {},
  ) => at(t - 1, () => server.send({ method, path: `/nacos/v1/ns${path}`, query: { serviceName, ...query } }, done));
  const act = (event: RecordedEvent) => {
    const [ip = '', port = ''] = splitAddress(event.i ?? '');
    if (event.k === 'register') send(event.t, 'POST', '/instance', { ip, port, ...event.x });
    if (event.k === 'deregister') send(event.t, 'DELETE', '/instance', { ip, port });
    if (event.k === 'beat') {
      const beat = JSON.stringify({
        serviceName: `DEFAULT_GROUP@@${serviceName}`,
        ip,
        port: Number(port),
        cluster: 'DEFAULT',
        weight: 1,
        metadata: {},
        scheduled: true,
      });
      const query: Record<string, string> = event.full ? { beat } : { ip, port };
      send(event.t, 'PUT', '/instance/beat', query, (outcome) => {
        const answer = outcome.kind === 'response' ? new TextDecoder().decode(outcome.body) : outcome.cause;
        if (event.a !== undefined && event.a !== answer) seen.push({ t: event.t, k: 'beat answered', view: answer });
      });
    }
  };
  const before = setUp(recording);
  for (const event of [...before.actions, ...toggles(recording)]) act(event);
  for (const event of recording.events) act(event);

  const renews = !/\b(?:not|never|no|without)\b[^;,.:]*\brenew/i.test(recording.desc);
  const acknowledges = !recording.events.some(({ k }) => k === 'push-unacked');
  subscribe(before.subscribedAt);
  const last = Math.max(...recording.events.map(({ t }) => t));
  if (renews) for (let t = before.subscribedAt + RENEW_INTERVAL; t < last; t += RENEW_INTERVAL) subscribe(t);

  let view: string | undefined;
  const poll = (t: number) =>
    send(t, 'GET', '/instance/list', {}, (outcome) => {
      const now = hostsOf(outcome);
      if (now === view) return;
      view = now;
      if (t >= 0) seen.push({ t, k: 'list', view: now });
    });
  // Some recordings had no poller.
  const polls = recording.events.some(({ k }) => k === 'list');
  if (polls) for (let t = pollFrom(recording, before.actions); t < last + 200; t += POLL_INTERVAL) poll(t);

  const port = 54_321;
  server.host.listenUdp(
    { port },
    {
      onMessage({ data, reply }) {
        const push = JSON.parse(text(data)) as { data: string; lastRefTime: number };
        if (acknowledges)
          reply(
            new TextEncoder().encode(JSON.stringify({ type: 'push-ack', lastRefTime: push.lastRefTime, data: '' })),
          );
        const t = server.clock.now() - base;
        const hosts = (JSON.parse(push.data) as { hosts: Parameters<typeof viewOf>[0] }).hosts;
        if (t >= 0)
          seen.push({ t, k: acknowledges ? 'push' : 'push-unacked', view: acknowledges ? viewOf(hosts) : '' });
      },
    },
  );
  function subscribe(t: number) {
    const agent = { 'user-agent': 'Nacos-Java-Client:v1.0.0' };
    const query = { serviceName, udpPort: '54321', clientIP: '127.0.0.1' };
    at(t - 1, () =>
      server.send({ method: 'GET', path: '/nacos/v1/ns/instance/list', query, headers: agent }, () => {}),
    );
  }
  server.clock.runUntil(base + last + 150);
  return seen;
}

/** What was there at t = 0: instances that are seen, deregistered or beating before they are registered. */
function setUp({ events, desc }: Recording): { actions: RecordedEvent[]; subscribedAt: number } {
  const registered = new Set<string>();
  const there = new Set<string>();
  for (const { k, i, view } of events) {
    if (k === 'register' && i !== undefined) registered.add(i);
    const named = (k === 'beat' || k === 'deregister') && i !== undefined ? [i] : [];
    for (const place of [...named, ...placesOf(view)]) if (!registered.has(place)) there.add(place);
  }
  const toggled = toggledPlace(events);
  if (toggled !== undefined) there.delete(toggled);
  const firstPush = events.find(({ k }) => k.startsWith('push'))?.t ?? PUSH_DELAY;
  const isEarly = firstPush < PUSH_DELAY - 100;
  const offset = offsetOf(events, desc);
  const at = offset !== undefined ? beganAt(offset, firstPush) : isEarly ? firstPush - PUSH_DELAY : -2000;
  const registers = [...there].map((i) => ({ t: at, k: 'register', i }));
  const beats =
    offset === undefined
      ? []
      : [...there].flatMap((i) => [-15_000, -10_000, -5000].map((t) => ({ t, k: 'beat', i, full: true })));
  return {
    actions: [...registers, ...beats],
    subscribedAt: isEarly ? firstPush - PUSH_DELAY : offset === undefined ? -1800 : at + 1,
  };
}

/**
 * How long after a check the last of some beats came (t = 0), where a recording begins with that, ms: as it says, or by the
 * first push.
 */
function offsetOf(events: readonly RecordedEvent[], desc: string): number | undefined {
  const [first, ...others] = events.filter(({ k }) => k !== 'answer');
  if (first?.k !== 'beat' || others.some(({ k }) => ['register', 'deregister', 'beat', 'toggle'].includes(k)))
    return undefined;
  const told = /offset by ([\d.]+) s/.exec(desc)?.[1];
  if (told !== undefined) return Number(told) * 1000;
  const push = events.find(({ k }) => k.startsWith('push'))?.t ?? PUSH_DELAY;
  return (((PUSH_DELAY - push) % CHECK_INTERVAL) + CHECK_INTERVAL) % CHECK_INTERVAL;
}

/**
 * When a client began whose last beat (t = 0) came `offset` after a check. How late the recorder's beats were is read
 * off the first change seen; that they were late, not early, and by how much at most, is not.
 */
function beganAt(offset: number, firstPush: number): number {
  const punctual = 20_000 - offset + PUSH_DELAY;
  const lateness = Math.min(MOST_LATENESS, Math.max(0, punctual - firstPush));
  return -15_000 - offset - lateness;
}

/** `toggle`: in turns away and there again; the instance is the one that comes and goes in what is seen. */
function toggles({ events }: Recording): RecordedEvent[] {
  const i = toggledPlace(events);
  if (i === undefined) return [];
  const moments = events.filter(({ k }) => k === 'toggle');
  return moments.map(({ t }, turn) => ({ t, k: turn % 2 === 0 ? 'deregister' : 'register', i }));
}

function toggledPlace(events: readonly RecordedEvent[]): string | undefined {
  if (!events.some(({ k }) => k === 'toggle')) return undefined;
  const first = new Set(placesOf(events.find(({ view }) => view !== undefined)?.view));
  return events.flatMap(({ view }) => placesOf(view)).find((place) => !first.has(place));
}

/** A first look that shows nothing beside a register came between its two halves: the service is there, its index not yet. */
function pollFrom({ events }: Recording, before: readonly RecordedEvent[]): number {
  if (before.length > 0) return Math.max(-1500, (before[0]?.t ?? 0) + 100);
  const first = events.find(({ k }) => k === 'list');
  const register = events.find(({ k }) => k === 'register')?.t ?? 0;
  return first?.view === '(empty)' && Math.abs(first.t - register) < 20 ? register : register + 2;
}

function placesOf(view: string | undefined): string[] {
  if (view === undefined || view === '(empty)') return [];
  return view.split(' ').map((item) => item.replace(/=.*$/, ''));
}

function splitAddress(address: string): [string, string] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), address.slice(colon + 1)];
}

function hostsOf(outcome: ClientOutcome): string {
  if (outcome.kind !== 'response') return outcome.cause;
  return viewOf((JSON.parse(new TextDecoder().decode(outcome.body)) as { hosts: Parameters<typeof viewOf>[0] }).hosts);
}

function text(data: Uint8Array): string {
  const plain = data[0] === 0x1f ? gunzipSync(data) : data;
  return new TextDecoder().decode(plain);
}
