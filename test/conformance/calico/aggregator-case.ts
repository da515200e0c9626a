import { parseDuration } from '../../../sim/core/duration.ts';

/** A request of a timeline and its answer, or Go's error. */
export interface AggregatorAnswer {
  request: string;
  status?: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
  error?: string;
  /** What had been done just before, in words. */
  after?: string;
  atMs?: number;
}

/** A line of calico/aggregator.jsonl: a timeline with the log, one answer, or one answer after a taken port was free. */
export interface AggregatorCase {
  name: string;
  version: string;
  setup?: string;
  answer?: AggregatorAnswer;
  timeline?: readonly AggregatorAnswer[];
  log?: string;
  atMsAfterFree?: number;
}

export interface Registration {
  name: string;
  reports: { live: boolean; ready: boolean };
  timeoutMs: number;
}

/**
 * Who was registered. The recordings say it only in the tables they got: a component, its time-out, and a dash for what it
 * does not report. What a reporter reports changes in a timeline, that it does so never.
 */
export function registrations(body: string): Registration[] {
  const rows = body
    .split('\n')
    .slice(3)
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const found: Registration[] = [];
  for (const [, name = '', timeout = '', live, ready] of rows) {
    const above = found.at(-1);
    // Only a line that goes on has no time-out: the name above may go on, too.
    if (timeout !== '' || above === undefined) {
      found.push({
        name,
        reports: { live: live !== '-', ready: ready !== '-' },
        timeoutMs: parseDuration(timeout) ?? 0,
      });
    } else if (name !== '') above.name += ` ${name}`;
  }
  return found;
}
