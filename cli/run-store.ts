import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LabError } from '../sim/core/errors.ts';
import type { ObjectWrite } from '../sim/report/object-writes.ts';
import type { Report } from '../sim/report/report.ts';

const KEPT_RUNS = 20;
const KEPT_BYTES = 200 * 1024 * 1024;
const REPORT = 'report.json';
/** Every write to the API, a line of JSON each, packed: what `-w` shows. */
const WRITES = 'writes.jsonl.gz';
const MAX_WRITES_BYTES = 64 * 1024 * 1024;

/** The folder of finished runs below the output folder (`.probelab` unless told otherwise). */
export function runsFolder(outputDir: string | undefined): string {
  return join(outputFolder(outputDir), 'runs');
}

/** Where everything goes that is kept: `--output-dir`, else PROBELAB_OUTPUT_DIR, else `.probelab`. */
export function outputFolder(outputDir: string | undefined): string {
  return outputDir ?? process.env.PROBELAB_OUTPUT_DIR ?? '.probelab';
}

/**
 * Keeps a finished run for get, describe and the like, with its writes for `-w`; the oldest ones go. Returns the run's
 * id.
 */
export function saveRun(folder: string, report: Report, now = new Date(), writes: readonly ObjectWrite[] = []): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 19);
  const id = `${stamp}-${report.metadata.name.replace(/[^A-Za-z0-9._-]+/g, '-')}`;
  // Written aside and then renamed: another command never sees half a run.
  const draft = join(folder, `.${id}-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, REPORT), `${JSON.stringify(report)}\n`);
  writeFileSync(join(draft, WRITES), gzipSync(linesOf(writes), { level: 1 }));
  const final = join(folder, id);
  rmSync(final, { recursive: true, force: true });
  renameSync(draft, final);
  prune(folder);
  return id;
}

/**
 * Reads a finished run: by id, by the beginning of an id, by its scenario's name, or the newest one.
 * @throws LabError NO_RUN.
 */
export function loadRun(folder: string, wanted: string | undefined): Report {
  const id = findRun(folder, wanted);
  try {
    return JSON.parse(readFileSync(join(folder, id, REPORT), 'utf8')) as Report;
  } catch (error) {
    throw new LabError('NO_RUN', `the run ${id} cannot be read: ${(error as Error).message}`, {
      hint: `Remove ${join(folder, id)}, or name another one with --run.`,
    });
  }
}

/**
 * The writes of a finished run, in order.
 * @throws LabError NO_RUN, also for a run that was kept without them.
 */
export function loadWrites(folder: string, wanted: string | undefined): ObjectWrite[] {
  const id = findRun(folder, wanted);
  let text: string;
  try {
    text = gunzipSync(readFileSync(join(folder, id, WRITES))).toString();
  } catch {
    throw new LabError('NO_RUN', `run ${id} was kept without what a watch shows`, { hint: 'Run it once more.' });
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ObjectWrite);
}

function linesOf(writes: readonly ObjectWrite[]): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const write of writes) {
    const line = `${JSON.stringify(write)}\n`;
    bytes += line.length;
    if (bytes > MAX_WRITES_BYTES) break;
    lines.push(line);
  }
  return lines.join('');
}

function findRun(folder: string, wanted: string | undefined): string {
  const ids = runIds(folder);
  const id =
    wanted === undefined || wanted === 'last'
      ? ids.at(-1)
      : (ids.find((candidate) => candidate === wanted) ??
        ids.filter((candidate) => candidate.startsWith(wanted) || candidate.slice(20) === wanted).at(-1));
  if (id === undefined) {
    const known = ids.slice(-5).join(', ');
    throw new LabError(
      'NO_RUN',
      wanted === undefined ? `no finished run in ${folder}` : `no run "${wanted}" in ${folder}`,
      {
        hint: known === '' ? 'Run one first: probelab run FILE.' : `The newest are: ${known}.`,
      },
    );
  }
  return id;
}

/** Ids of the finished runs, oldest first. */
export function runIds(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

function prune(folder: string): void {
  const ids = runIds(folder).reverse();
  let bytes = 0;
  for (const [index, id] of ids.entries()) {
    try {
      bytes += statSync(join(folder, id, REPORT)).size;
      bytes += statSync(join(folder, id, WRITES)).size;
    } catch {
      // Another process is removing it.
    }
    if (index > 0 && (index >= KEPT_RUNS || bytes > KEPT_BYTES)) {
      rmSync(join(folder, id), { recursive: true, force: true });
    }
  }
}
