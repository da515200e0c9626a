/** A line of calico/birdctl.jsonl. */
export interface BirdctlLine {
  kind: 'greeting' | 'peer-row' | 'dialogue' | 'command' | 'birdcl' | 'socket-after-exit';
  impl: string;
  /** Since BIRD's start. */
  atSec?: number;
  bytes?: string;
  /** `peer-row`: what the host at the other end did, in words. */
  cause?: string;
  peer?: string;
  row?: string;
  firstSeenSec?: number;
  send?: string;
  receive?: string;
  command?: string;
  answer?: string;
  argv?: readonly string[];
  stdout?: string;
  ls?: string;
}

/** What was recorded of one BIRD. */
export interface BirdctlRecording {
  impl: string;
  lines: readonly BirdctlLine[];
  /** The peers in the order of the table, each with its cause. */
  peers: ReadonlyMap<string, string>;
  /** Its start, ms since 1970. */
  startedAt: number;
  configFile: string;
}

/** The recordings of a file, by BIRD; one of which nobody has seen a peer cannot be played. */
export function recordings(lines: readonly BirdctlLine[]): BirdctlRecording[] {
  const impls = [...new Set(lines.map(({ impl }) => impl))];
  return impls.flatMap((impl) => {
    const own = lines.filter((line) => line.impl === impl);
    const peers = new Map(own.flatMap(({ peer, cause }) => (peer === undefined ? [] : [[peer, cause ?? ''] as const])));
    if (peers.size === 0) return [];
    const configFile = /Reading configuration from (\S+)/.exec(own.map(({ receive }) => receive).join('\n'))?.[1];
    return [{ impl, lines: own, peers, startedAt: startOf(own), configFile: configFile ?? '/etc/bird.cfg' }];
  });
}

/** BIRD tells whole seconds only: each answer with the time in it bounds the moment of its start. */
function startOf(lines: readonly BirdctlLine[]): number {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { atSec = 0, receive = '' } of lines) {
    const now = secondOf(receive, 'Current server time is');
    const boot = secondOf(receive, 'Last reboot on');
    if (now === undefined || boot === undefined) continue;
    least = Math.max(least, boot, now - atSec * 1000);
    most = Math.min(most, boot + 1000, now + 1000 - atSec * 1000);
  }
  return Number.isFinite(least) ? (least + most) / 2 : 0;
}

function secondOf(text: string, words: string): number | undefined {
  const at = new RegExp(`${words} (\\S+) (\\S+)`).exec(text);
  return at === null ? undefined : Date.parse(`${at[1]}T${at[2]}Z`);
}

/** A row without the moment since when it is so, in one spacing; how a peer that hangs up is seen is a race of FIN and RST. */
export function shownRow(row: string): string {
  return row
    .replace(/^\s*(?:1002-)?/, '')
    .replace(/\d\d:\d\d:\d\d/, '<time>')
    .replace('Connection reset by peer', 'Connection closed')
    .trimEnd();
}

/** An answer without its times, and without which BIRD it is. */
export function shownAnswer(text: string): string {
  return text
    .replace(/BIRD (?:v[\d.]+\+birdv)?1\.6\.8/g, 'BIRD 1.6.8')
    .split('\n')
    .map((line) =>
      /^ ?(?:1002-)?\S+ +BGP /.test(line) ? shownRow(line) : line.replace(/\d\d:\d\d:\d\d/, '<time>').trimEnd(),
    )
    .join('\n');
}

/** The answer to `show protocols all` by protocol, without times; what timers still have of their whole time is chance. */
export function shownBlocks(text: string): ReadonlyMap<string, string> {
  const blocks = text.split(/^1002-/m).slice(1);
  return new Map(
    blocks.map((block) => {
      const [row = '', ...details] = block
        .replace(/^0000 \n+/m, '')
        .trimEnd()
        .split('\n');
      const lines = details.map((line) =>
        line
          .replace(/(timer|delay):( +)\d+\/(\d+)$/, '$1:$2<left>/$3')
          // Each wait is twice the one before: which of them it is depends on how long the others were.
          .replace(/(Error wait:) +\d+\/(?:5|10|20|30)$/, '$1 <left>/<whole>')
          .replace('Connection reset by peer', 'Connection closed')
          .trimEnd(),
      );
      return [row.split(/\s/)[0] ?? '', [shownRow(row), ...lines].join('\n')];
    }),
  );
}
