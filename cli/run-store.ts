import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../sim/core/errors.ts';
import type { Report } from '../sim/report/report.ts';

const KEPT_RUNS = 20;
const KEPT_BYTES = 200 * 1024 * 1024;
const REPORT = 'report.json';

/** The folder of finished runs below the output folder (`.probelab` unless told otherwise). */
export function runsFolder(outputDir: string | undefined): string {
  return join(outputFolder(outputDir), 'runs');
}

/** Where everything goes that is kept: `--output-dir`, else PROBELAB_OUTPUT_DIR, else `.probelab`. */
export function outputFolder(outputDir: string | undefined): string {
  return outputDir ?? process.env.PROBELAB_OUTPUT_DIR ?? '.probelab';
}

/** Keeps a finished run for get, describe and the like; the oldest ones go. Returns the run's id. */
export function saveRun(folder: string, report: Report, now = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 19);
  const id = `${stamp}-${report.metadata.name.replace(/[^A-Za-z0-9._-]+/g, '-')}`;
  // Written aside and then renamed: another command never sees half a run.
  const draft = join(folder, `.${id}-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, REPORT), `${JSON.stringify(report)}\n`);
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
  return JSON.parse(readFileSync(join(folder, id, REPORT), 'utf8')) as Report;
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
    } catch {
      // Another process is removing it.
    }
    if (index > 0 && (index >= KEPT_RUNS || bytes > KEPT_BYTES)) {
      rmSync(join(folder, id), { recursive: true, force: true });
    }
  }
}
