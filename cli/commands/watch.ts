import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { LabError, LabErrors } from '../../sim/core/errors.ts';
import type { GlobalOptions } from '../action.ts';
import { paint, wantsColor } from '../color.ts';
import { EXIT } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { outputFolder } from '../run-store.ts';
import { err, out } from '../streams.ts';
import { FileWatcher } from '../watch/file-watcher.ts';
import { WatchSession } from '../watch/watch-session.ts';

interface WatchOptions extends GlobalOptions {
  runtime: 'virtual' | 'docker';
  seed?: string;
  grep?: string;
  tag: string[];
}

const KEYS = 'a all · f failed · u update · t filter · s next seed · r runtime · h page · q quit';

/**
 * `probelab watch FILE|DIR…`: plays, and plays again what a save concerns, with what is different from the run before.
 * `q` ends it with the code of what was played last, Ctrl-C with 130.
 */
export async function watchCommand(paths: string[], options: WatchOptions): Promise<number> {
  missingPaths(paths);
  const session = new WatchSession({
    paths,
    runtime: options.runtime,
    ...(options.seed === undefined ? {} : { seed: seedOf(options.seed) }),
    ...(options.grep === undefined ? {} : { grep: options.grep }),
    tag: options.tag,
    paint: paint(wantsColor(options.color, process.stdout)),
  });
  const queue = new Queue();
  const update = () =>
    queue.add(async () => {
      out('\nupdate\n');
      session.update();
      hint();
    });
  const again = (why: string, which: Parameters<WatchSession['run']>[0] = {}) =>
    queue.add(async () => {
      out(`\n${why}\n`);
      await session.run(which);
      hint();
    });
  return new Promise((done) => {
    // Before the first run: a save while it goes on counts.
    const watcher = new FileWatcher(paths, (changed) => void again(`${[...changed].join(', ')} changed`, { changed }));
    const stop = (code: number) => {
      watcher.close();
      releaseKeys();
      done(code);
    };
    const releaseKeys = listen((key) => (key === 'u' ? void update() : onKey(key, session, again, stop, options)));
    process.once('SIGINT', () => stop(EXIT.interrupted));
    process.once('SIGTERM', () => stop(EXIT.interrupted));
    void queue.add(async () => {
      await session.run();
      hint();
    });
  });
}

/**
 * A file may be broken while it is written, but one that is not there is a slip.
 * @throws LabErrors of FILE_NOT_FOUND.
 */
function missingPaths(paths: readonly string[]): void {
  try {
    findFiles(paths);
  } catch (error) {
    if (error instanceof LabErrors && error.errors.some(({ code }) => code === 'FILE_NOT_FOUND')) throw error;
  }
}

type Again = (why: string, which?: Parameters<WatchSession['run']>[0]) => Promise<void>;

function onKey(
  key: string,
  session: WatchSession,
  again: Again,
  stop: (code: number) => void,
  options: WatchOptions,
): void {
  if (key === 'q') stop(session.code);
  else if (key === '\u0003') stop(EXIT.interrupted);
  else if (key === 'a') void again('all');
  else if (key === 'f') void again('failed', { failedOnly: true });
  else if (key === 's') {
    session.seed = (session.seed ?? 1) + 1;
    void again(`seed ${session.seed}`);
  } else if (key === 'r') {
    session.runtime = session.runtime === 'virtual' ? 'docker' : 'virtual';
    void again(session.runtime);
  } else if (key === 'h') void writePage(session, options);
  else if (key === 't' || key === 'p') void askFilter(session, again);
}

async function writePage(session: WatchSession, options: WatchOptions): Promise<void> {
  const [{ htmlPage }, { markdown }] = await Promise.all([
    import('../../sim/report/html/page.ts'),
    import('../output/markdown.ts'),
  ]);
  const folder = outputFolder(options.outputDir);
  const file = join(folder, 'watch.html');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, htmlPage(session.reports, { markdown: (report) => markdown([report]) }));
    out(`${file}\n`);
  } catch (error) {
    err(`warning: ${file} cannot be written: ${(error as Error).message}\n`);
  }
}

async function askFilter(session: WatchSession, again: Again): Promise<void> {
  process.stdin.setRawMode(false);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = (await lines.question('name or file matches: ')).trim();
  lines.close();
  process.stdin.setRawMode(true);
  process.stdin.resume();
  session.grep = answer === '' ? undefined : answer;
  await again(answer === '' ? 'all' : `filter ${answer}`);
}

/** Calls for each key on a terminal; gives the way to stop. */
function listen(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  if (stdin.isTTY !== true) return () => {};
  const onData = (bytes: Buffer): void => onKey(bytes.toString());
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', onData);
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

/** One run after the other. */
class Queue {
  #last: Promise<void> = Promise.resolve();

  add(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work);
    return this.#last;
  }
}

function hint(): void {
  err(process.stdin.isTTY === true ? `Waiting for a save · ${KEYS}\n` : 'Waiting for a save; Ctrl-C ends.\n');
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new LabError('USAGE', `--seed needs a whole number, not "${text}"`);
  return Number(text);
}
