import type { SdkEvent, SdkRecording } from './sdk-recording.ts';

/** What a recording tells of its processes. Moments in ms, 0 is the signal. */
export interface WatchSetUp {
  ips: readonly string[];
  /** The one that gets the signal. */
  victim: string;
  deregisters: boolean;
  udp: boolean;
  publishersAt: number;
  subscriberAt: number;
  /** Which of its two lists (by clusters) the watching client asked for last in a round of polls: that one gets the pushes. */
  polledLast(round: number): string;
}

const CHECK_INTERVAL = 5000;
const POLL_INTERVAL = 10_000;
const FIRST_POLL = 1000;
/** The watching client began so long before the signal, if no poll shows. */
const SUBSCRIBER_AT = -8990;
/** From a check to its push. */
const PUSH_DELAY = 560;
/** A watcher that a push told of something saw it within this. */
const PUSHED = 100;

/** `made`: when the publishers were made, give or take half a check's interval. */
export function watchSetUp({ events, desc }: SdkRecording, made: number): WatchSetUp {
  const views = events.filter(({ k }) => k === 'getAll').map(({ v = '' }) => v);
  const ips = addresses(views[0] ?? '');
  const gone = ips.filter((ip) => views.slice(1).some((view) => !view.includes(`${ip}=UP`)));
  const listener = events.findLast(({ k, t }) => k === 'listener' && t > 0)?.v ?? '';
  const victim = gone[0] ?? ips.find((ip) => !listener.includes(`${ip}=UP`)) ?? ips.at(-1) ?? '';
  const pushes = events.filter(({ k, t }) => k === 'udp' && t > 0);
  const subscriberAt = subscriberOf(events, pushes);
  const leaves = deregisters(desc, events.find(({ k }) => k === 'signal')?.sig);
  return {
    ips,
    victim,
    deregisters: leaves,
    udp: pushes.length > 0,
    publishersAt: leaves ? made : made + checkPhase(pushes[0], made),
    subscriberAt,
    polledLast: (round) => polledLast(events, pushes, { round, subscriberAt }),
  };
}

function addresses(view: string): string[] {
  return view === '' || view === '(empty)' ? [] : view.split(' ').map((item) => item.replace(/=.*$/, ''));
}

/** A kill deregisters nothing; of a signal that can be caught only the recorder's words say what the process did. */
function deregisters(desc: string, signal: string | undefined): boolean {
  if (signal === 'SIGKILL' || /\b(?:no|not|without|never)\b[^;,.()]*deregister/i.test(desc)) return false;
  if (/deregister/i.test(desc)) return true;
  throw new Error(`nothing says whether the process deregisters at ${signal}: "${desc}"`);
}

/** The server looks at a publisher every 5 s from its registration on; its first push shows at which part of them. */
function checkPhase(push: SdkEvent | undefined, made: number): number {
  if (push === undefined) return 0;
  const off = (push.t - PUSH_DELAY - made) % CHECK_INTERVAL;
  return off > CHECK_INTERVAL / 2 ? off - CHECK_INTERVAL : off;
}

/** Its polls come every 10 s, the first 1 s after its beginning: what it saw without a push, it saw by one of them. */
function subscriberOf(events: readonly SdkEvent[], pushes: readonly SdkEvent[]): number {
  const byPush = (at: number) => pushes.some(({ t }) => at >= t && at - t <= PUSHED);
  const polled = events.find(({ k, t }) => WATCHERS.includes(k) && t > PUSHED && !byPush(t));
  return polled === undefined ? SUBSCRIBER_AT : (polled.t % POLL_INTERVAL) - POLL_INTERVAL - FIRST_POLL;
}

const WATCHERS = ['listener', 'select(healthy)', 'getAll'];

/** Who saw a push had asked last in the round before it. */
function polledLast(
  events: readonly SdkEvent[],
  pushes: readonly SdkEvent[],
  { round, subscriberAt }: { round: number; subscriberAt: number },
): string {
  const from = subscriberAt + FIRST_POLL + round * POLL_INTERVAL;
  const told = pushes
    .filter(({ t }) => t > from && t < from + POLL_INTERVAL)
    .flatMap(
      ({ t }) => events.find((event) => WATCHERS.includes(event.k) && event.t >= t && event.t - t <= PUSHED) ?? [],
    );
  return told[0] === undefined || told[0].k === 'listener' ? 'DEFAULT' : '';
}
