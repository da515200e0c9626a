import { formatDuration, parseDuration } from '../sim/core/duration.ts';
import { LabError } from '../sim/core/errors.ts';
import type { Event } from '../sim/kube/objects.ts';
import { type ObjectWrite, objectsAfter } from '../sim/report/object-writes.ts';
import type { Report } from '../sim/report/report.ts';
import { findLiveRun, readLiveWrites } from './live-run.ts';
import { loadRun, loadWrites, outputFolder, runsFolder } from './run-store.ts';

/** What the API of a run holds, and when. */
export type RunMoment = Pick<Report, 'objects' | 'events' | 'startTime' | 'endMs'>;

/**
 * What a run that goes on holds now, if there is one that is meant; else the end of a finished one. `at`: that moment of
 * it (`42s`, `+1m30s`).
 * @throws LabError NO_RUN; USAGE if `at` is no time, or later than the run.
 */
export async function lookAt(options: { outputDir?: string; run?: string; at?: string }): Promise<RunMoment> {
  const live = findLiveRun(outputFolder(options.outputDir), options.run);
  if (live === undefined) {
    const folder = runsFolder(options.outputDir);
    const report = loadRun(folder, options.run);
    if (options.at === undefined) return report;
    return momentOf(loadWrites(folder, options.run), report.startTime, asked(options.at, report.endMs));
  }
  const writes: ObjectWrite[] = [];
  for await (const write of readLiveWrites(live, false)) writes.push(write);
  const nowMs = Math.max(Date.now() - live.epochMs, writes.at(-1)?.at ?? 0);
  const endMs = options.at === undefined ? nowMs : asked(options.at, nowMs);
  return momentOf(writes, new Date(live.epochMs).toISOString(), endMs);
}

function asked(at: string, endMs: number): number {
  const ms = parseDuration(at);
  if (ms === undefined || ms < 0)
    throw new LabError('USAGE', `--at needs a time since the start, not "${at}"`, { hint: 'Say 42s or 1m30s.' });
  if (ms > endMs)
    throw new LabError('USAGE', `--at ${at} is later than the run: it has come to ${formatDuration(endMs)}`);
  return ms;
}

function momentOf(writes: readonly ObjectWrite[], startTime: string, endMs: number): RunMoment {
  const all = objectsAfter(writes.filter(({ at }) => at <= endMs));
  return {
    objects: all.filter(({ kind }) => kind !== 'Event'),
    events: all.filter(({ kind }) => kind === 'Event') as unknown as Event[],
    startTime,
    endMs,
  };
}
