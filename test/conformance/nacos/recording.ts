/** One event of a recorded timeline: something done, or something seen. */
export interface RecordedEvent {
  t: number;
  k: string;
  i?: string;
  view?: string;
  v?: string;
  full?: boolean;
  a?: string;
  x?: Readonly<Record<string, string>>;
}

/** A recorded timeline; t = 0 is its action. What was set up before is told by `desc` and by what is seen. */
export interface Recording {
  id: string;
  tag: string;
  desc: string;
  service?: string;
  events: readonly RecordedEvent[];
}

/** What a watcher saw. */
export interface Seen {
  t: number;
  k: string;
  view: string;
}

export const VIEW_KINDS = ['list', 'push', 'push-unacked'];

/** `10.244.1.1:8080=UP 10.244.1.2:8080=DOWN`, or `(empty)`. */
export function viewOf(hosts: readonly { ip: string; port: number; healthy: boolean }[]): string {
  if (hosts.length === 0) return '(empty)';
  return hosts.map(({ ip, port, healthy }) => `${ip}:${port}=${healthy ? 'UP' : 'DOWN'}`).join(' ');
}
