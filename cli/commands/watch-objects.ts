import { formatDuration } from '../../sim/core/duration.ts';
import { LabError } from '../../sim/core/errors.ts';
import type { Event } from '../../sim/kube/objects.ts';
import { servedForm } from '../../sim/kube/served-form.ts';
import type { SelectOptions } from '../../sim/report/kubectl/get.ts';
import { findResource, type Resource } from '../../sim/report/kubectl/resources.ts';
import { eventsCommandRow, WatchPrinter, WatchSelection } from '../../sim/report/kubectl/watch.ts';
import type { ObjectWrite } from '../../sim/report/object-writes.ts';
import { EXIT } from '../exit-codes.ts';
import { findLiveRun, readLiveWrites } from '../live-run.ts';
import { objectsText } from '../output/objects.ts';
import { loadRun, loadWrites, outputFolder, runsFolder } from '../run-store.ts';
import { out } from '../streams.ts';

export interface WatchFlags {
  outputDir?: string;
  run?: string;
  timestamps?: boolean;
  allNamespaces?: boolean;
}

interface Watched {
  epochMs: number;
  writes: AsyncIterable<ObjectWrite> | Iterable<ObjectWrite>;
  /** Of a finished run: all there is. */
  all: readonly ObjectWrite[];
}

/** A run that goes on is followed to its end; a finished one is told from its beginning. */
function watched({ outputDir, run }: WatchFlags): Watched {
  const live = findLiveRun(outputFolder(outputDir), run);
  if (live !== undefined) return { epochMs: live.epochMs, writes: readLiveWrites(live, true), all: [] };
  const folder = runsFolder(outputDir);
  const all = loadWrites(folder, run);
  return { epochMs: Date.parse(loadRun(folder, run).startTime), writes: all, all };
}

export interface WatchGetOptions extends WatchFlags {
  format: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  selection: SelectOptions;
  noHeaders: boolean;
  watchEvents: boolean;
}

/** `probelab get -w`: a row for each write, as kubectl prints it; of a finished run all at once. */
export async function watchGet(options: WatchGetOptions): Promise<number> {
  const { format, selection: wanted, watchEvents } = options;
  const { epochMs, writes, all } = watched(options);
  const selection = new WatchSelection(
    wanted,
    all.map(({ object }) => object),
  );
  const seen = all.filter(({ object }) => object.kind === selection.resource.kind);
  const printer = new WatchPrinter(selection.resource, {
    epochMs,
    wide: format === 'wide',
    noHeaders: options.noHeaders,
    watchEvents,
    namespaces:
      options.allNamespaces === true ||
      (wanted.namespace === undefined && new Set(seen.map(({ object }) => object.metadata.namespace)).size > 1),
  });
  let printed = 0;
  for await (const write of writes) {
    const own = selection.see(write);
    if (own === undefined) continue;
    if (format === 'yaml' && printed++ > 0) out('---\n');
    const text =
      format === 'table' || format === 'wide' ? printer.row(own) : asText(own, format, selection.resource, watchEvents);
    out(stamped(text, write.at, options));
    if (process.stdout.destroyed) break;
  }
  return EXIT.ok;
}

function asText(
  { op, object }: ObjectWrite,
  format: 'json' | 'yaml' | 'name',
  resource: Resource,
  watchEvents: boolean,
): string {
  if (format === 'name') return `${resource.prefix}/${object.metadata.name}\n`;
  const served = servedForm(object);
  return objectsText(watchEvents ? { object: served, type: op } : served, format);
}

export interface WatchEventsOptions extends WatchFlags {
  format: 'table' | 'json' | 'yaml';
  accepts(event: Event): boolean;
}

/** `probelab events -w`. */
export async function watchEvents(options: WatchEventsOptions): Promise<number> {
  const { epochMs, writes } = watched(options);
  const resource = findResource('events', []);
  if (resource === undefined) throw new LabError('UNKNOWN_RESOURCE', 'events are not known', { fault: 'system' });
  const printer = new WatchPrinter(resource, { epochMs });
  let printed = 0;
  for await (const write of writes) {
    if (write.object.kind !== 'Event' || !options.accepts(write.object as unknown as Event)) continue;
    if (options.format === 'table') {
      const row = eventsCommandRow(write, epochMs);
      if (row !== undefined) out(stamped(printer.print(row), write.at, options));
    } else if (write.op !== 'DELETED') {
      if (options.format === 'yaml' && printed++ > 0) out('---\n');
      out(asText(write, options.format, resource, false));
    }
    if (process.stdout.destroyed) break;
  }
  return EXIT.ok;
}

/** With `--timestamps` each line begins with the time of the run. */
function stamped(text: string, at: number, { timestamps }: WatchFlags): string {
  if (timestamps !== true) return text;
  const time = `+${formatDuration(at)}`.padEnd(10);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${time} ${line}\n`)
    .join('');
}
