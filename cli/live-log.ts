import type { Logger } from 'pino';
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
const SILENT: LiveLog = { onFact: () => {}, end: () => {} };

/** Opens the live log. pino does the levels and the JSON; it is loaded here, so that other commands need not pay for it. */
export async function openLiveLog(options: LiveLogOptions): Promise<LiveLog> {
  if (options.quiet) return SILENT;
  const { default: pino } = await import('pino');
  const level = LEVELS[Math.min(options.verbosity, 2)] ?? 'info';
  // A run has its own clock: the lines carry its time, not the wall's.
  let at = 0;
  let epochMs = 0;
  const logger = pino(
    { level, base: null, timestamp: () => `,"time":${epochMs + at}` },
    { write: await lineWriter(options) },
  );
  let story: Story | undefined;
  const lessons = options.teach === true ? new Lessons() : undefined;
  let told = 0;
  let left = 0;
  const tell = (line: StoryLine): void => {
    if (!logger.isLevelEnabled(line.level)) return;
    if (options.verbosity === 0 && told >= LINE_LIMIT && line.level !== 'error') {
      left++;
      return;
    }
    at = line.at;
    told++;
    emit(logger, line);
    for (const text of lessons?.about(line.subject) ?? [])
      emit(logger, { ...line, level: 'info', subject: 'why', text });
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

function emit(logger: Logger, line: StoryLine): void {
  logger[line.level]({ t: `+${formatDuration(line.at)}`, subject: line.subject }, line.text);
}

interface LogRecord {
  level: number;
  time: number;
  t: string;
  subject: string;
  msg: string;
}

/** Turns pino's JSON lines into what the user wants to see. */
async function lineWriter(options: LiveLogOptions): Promise<(line: string) => void> {
  if (options.format === 'json') return err;
  const pretty = options.format === 'pretty' || (options.format === 'auto' && process.stderr.isTTY === true);
  if (!pretty) return (line) => err(plainLine(JSON.parse(line) as LogRecord, options));
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: options.color,
    ignore: options.absolute ? 't,subject' : 'time,subject',
    timestampKey: options.absolute ? 'time' : 't',
    translateTime: options.absolute ? 'UTC:yyyy-mm-dd"T"HH:MM:ss.l"Z"' : false,
    messageFormat: (log) => `${options.paint.name(String(log.subject))} ${String(log.msg)}`,
    customPrettifiers: options.absolute ? {} : { time: (time) => String(time).padEnd(10) },
  });
  return (line) => err(format(line) ?? '');
}

function plainLine(record: LogRecord, { paint, absolute }: LiveLogOptions): string {
  const time = absolute ? new Date(record.time).toISOString() : record.t;
  const mark = record.level >= 50 ? paint.failed('✗') : record.level >= 40 ? paint.warning('!') : ' ';
  return `${paint.dim(time.padEnd(10))} ${mark} ${paint.name(record.subject)}  ${record.msg}\n`;
}
