import type { Clock } from '../sim/core/clock.ts';
import { formatDuration } from '../sim/core/duration.ts';
import type { StampedFact } from '../sim/kube/fact.ts';
import { Story, type StoryLine } from '../sim/report/story.ts';
import { type Lesson, Teacher } from '../sim/report/teach/teacher.ts';
import type { Paint } from '../sim/report/text.ts';
import { err } from './streams.ts';

export type LogFormat = 'auto' | 'pretty' | 'text' | 'json';

export interface LiveLogOptions {
  format: LogFormat;
  /** 0: what happened, 1: every probe attempt, 2: everything. */
  verbosity: number;
  quiet: boolean;
  color: boolean;
  paint: Paint;
  /** Show the calendar time instead of the time since the start. */
  absolute: boolean;
  /** Say between the lines why things happen. */
  teach?: boolean;
}

/** The story of a run as it goes, on stderr. */
export interface LiveLog {
  onFact(fact: StampedFact, clock: Pick<Clock, 'epochMs'>): void;
  /** Says what was left out. */
  end(): void;
}

/** Lines told without -v; more are counted. */
const LINE_LIMIT = 200;
const LEVELS = ['info', 'debug', 'trace'] as const;
const ORDER: readonly StoryLine['level'][] = ['trace', 'debug', 'info', 'warn', 'error'];
const SILENT: LiveLog = { onFact: () => {}, end: () => {} };

/** Opens the live log. */
export async function openLiveLog(options: LiveLogOptions): Promise<LiveLog> {
  if (options.quiet) return SILENT;
  const lowest = ORDER.indexOf(LEVELS[Math.min(options.verbosity, 2)] ?? 'info');
  const write = await lineWriter(options);
  let epochMs = 0;
  let story: Story | undefined;
  const lessons = options.teach === true ? new Lessons() : undefined;
  let told = 0;
  let left = 0;
  const tell = (line: StoryLine): void => {
    if (ORDER.indexOf(line.level) < lowest) return;
    if (options.verbosity === 0 && told >= LINE_LIMIT && line.level !== 'error') {
      left++;
      return;
    }
    told++;
    write(line, epochMs);
    for (const text of lessons?.about(line.subject) ?? [])
      write({ ...line, level: 'info', subject: 'why', text }, epochMs);
  };
  return {
    onFact(fact, clock) {
      epochMs = clock.epochMs;
      story ??= new Story(epochMs);
      const lines = story.tell(fact);
      lessons?.learn(fact);
      for (const line of lines) tell(line);
    },
    end() {
      if (left > 0) err(`… ${left} more lines: -v shows them all\n`);
    },
  };
}

/** Lessons wait for the next line about their pod: first what happened, then why. */
class Lessons {
  readonly #teacher = new Teacher();
  #waiting: Lesson[] = [];

  learn(fact: StampedFact): void {
    this.#waiting.push(...this.#teacher.tell(fact));
  }

  /** What is to be said after a line about a subject; each lesson once. */
  about(subject: string): string[] {
    const now = this.#waiting.filter((lesson) => lesson.subject === subject);
    if (now.length > 0) this.#waiting = this.#waiting.filter((lesson) => lesson.subject !== subject);
    return now.map(({ text }) => text);
  }
}

/** Writes a line of a run that began at `epochMs`. */
type LineWriter = (line: StoryLine, epochMs: number) => void;

/** pino does JSON and what a terminal shows of it; it is loaded for these two only, since that takes its time. */
async function lineWriter(options: LiveLogOptions): Promise<LineWriter> {
  const pretty = options.format === 'pretty' || (options.format === 'auto' && process.stderr.isTTY === true);
  if (!pretty && options.format !== 'json') return (line, epochMs) => err(plainLine(line, epochMs, options));
  const { default: pino } = await import('pino');
  // A run has its own clock: the lines carry its time, not the wall's.
  let time = 0;
  const logger = pino(
    { level: 'trace', base: null, timestamp: () => `,"time":${time}` },
    { write: pretty ? await prettyWriter(options) : err },
  );
  return (line, epochMs) => {
    time = epochMs + line.at;
    logger[line.level]({ t: `+${formatDuration(line.at)}`, subject: line.subject }, line.text);
  };
}

async function prettyWriter(options: LiveLogOptions): Promise<(json: string) => void> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: options.color,
    ignore: options.absolute ? 't,subject' : 'time,subject',
    timestampKey: options.absolute ? 'time' : 't',
    translateTime: options.absolute ? 'UTC:yyyy-mm-dd"T"HH:MM:ss.l"Z"' : false,
    messageFormat: (log) => `${options.paint.name(String(log.subject))} ${String(log.msg)}`,
    customPrettifiers: options.absolute ? {} : { time: (time) => String(time).padEnd(10) },
  });
  return (json) => err(format(json) ?? '');
}

function plainLine(
  { at, level, subject, text }: StoryLine,
  epochMs: number,
  { paint, absolute }: LiveLogOptions,
): string {
  const time = absolute ? new Date(epochMs + at).toISOString() : `+${formatDuration(at)}`;
  const mark = level === 'error' ? paint.failed('✗') : level === 'warn' ? paint.warning('!') : ' ';
  return `${paint.dim(time.padEnd(10))} ${mark} ${paint.name(subject)}  ${text}\n`;
}
