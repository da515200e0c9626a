import { formatDuration } from '../../sim/core/duration.ts';
import { LabError } from '../../sim/core/errors.ts';
import type { Event, KubeObject, Pod } from '../../sim/kube/objects.ts';
import { servedForm } from '../../sim/kube/served-form.ts';
import { eventsCommandTable } from '../../sim/report/kubectl/event-tables.ts';
import { getText, type Selected, select } from '../../sim/report/kubectl/get.ts';
import { printTable } from '../../sim/report/kubectl/table.ts';
import { type ContainerLog, type Report, reportNow } from '../../sim/report/report.ts';
import { renderTimeline } from '../../sim/report/timeline.ts';
import type { GlobalOptions } from '../action.ts';
import { asciiOnly } from '../color.ts';
import { EXIT } from '../exit-codes.ts';
import { objectsText } from '../output/objects.ts';
import { jsonPathOf, parseTargets } from '../output/targets.ts';
import { lookAt } from '../run-moment.ts';
import { loadRun, runsFolder } from '../run-store.ts';
import { err, out } from '../streams.ts';

interface LookOptions extends GlobalOptions {
  run?: string;
  namespace?: string;
  allNamespaces?: boolean;
  at?: string;
}

interface SelectFlags extends LookOptions {
  selector?: string;
  output?: string[];
  headers?: boolean;
  watch?: boolean;
  outputWatchEvents?: boolean;
  timestamps?: boolean;
}

const GET_FORMATS = ['table', 'wide', 'json', 'yaml', 'name'] as const;

/** `probelab get`: kubectl's tables of the last run's end, or of what a run that goes on holds now. */
export async function getCommand(words: string[], options: SelectFlags): Promise<number> {
  const template = jsonPathOf(options.output ?? []);
  if (template !== undefined) return getJsonPath(template, words, options);
  const [target] = parseTargets(options.output ?? [], GET_FORMATS);
  const format = (target?.format ?? 'table') as (typeof GET_FORMATS)[number];
  if (options.watch === true) {
    refuseMoment(options);
    const { watchGet } = await import('./watch-objects.ts');
    return watchGet({
      ...options,
      format,
      selection: selection(words, options),
      noHeaders: options.headers === false,
      watchEvents: options.outputWatchEvents === true,
    });
  }
  const report = await lookAt(options);
  const selected = select(report, selection(words, options));
  if (format === 'name') {
    for (const { resource, objects } of selected) {
      for (const object of objects) out(`${resource.prefix}/${object.metadata.name}\n`);
    }
    return EXIT.ok;
  }
  if (format === 'json' || format === 'yaml') {
    out(objectsText(listOf(selected, words), format));
    return EXIT.ok;
  }
  const text = getText(selected, {
    now: reportNow(report),
    wide: format === 'wide',
    noHeaders: options.headers === false,
    allNamespaces: options.allNamespaces === true,
  });
  if (text === '')
    err(`No resources found${options.namespace === undefined ? '' : ` in ${options.namespace} namespace`}.\n`);
  out(text);
  return EXIT.ok;
}

async function getJsonPath(template: string, words: string[], options: SelectFlags): Promise<number> {
  if (options.watch === true) throw new LabError('USAGE', '-w prints tables, JSON or YAML, no jsonpath');
  const { printJsonPath } = await import('../../sim/report/kubectl/jsonpath/jsonpath.ts');
  out(printJsonPath(template, listOf(select(await lookAt(options), selection(words, options)), words)));
  return EXIT.ok;
}

/** `probelab describe`. */
export async function describeCommand(words: string[], options: SelectFlags): Promise<number> {
  const report = await lookAt(options);
  const now = reportNow(report);
  const texts: string[] = [];
  for (const { resource, objects } of select(report, selection(words, options))) {
    for (const object of objects) {
      texts.push(resource.describe?.(object, report, now) ?? objectsText(servedForm(object), 'yaml'));
    }
  }
  if (texts.length === 0) err('No resources found.\n');
  out(texts.join('\n\n'));
  return EXIT.ok;
}

interface EventFlags extends LookOptions {
  output?: string[];
  types?: string;
  for?: string;
  watch?: boolean;
  timestamps?: boolean;
}

/** `probelab events [RUN]`. */
export async function eventsCommand(run: string | undefined, flags: EventFlags): Promise<number> {
  const options = { ...flags, ...(run === undefined ? {} : { run }) };
  const types = options.types?.split(',').map((type) => type.trim().toLowerCase());
  if (types?.some((type) => type !== 'normal' && type !== 'warning') === true) {
    throw new LabError('USAGE', `valid --types are Normal or Warning, not "${options.types}"`);
  }
  const accepts = (event: Event) =>
    (options.namespace === undefined ||
      options.allNamespaces === true ||
      event.metadata.namespace === options.namespace) &&
    (types === undefined || types.includes(event.type.toLowerCase())) &&
    (options.for === undefined || isAbout(event, options.for));
  const [target] = parseTargets(options.output ?? [], ['table', 'json', 'yaml']);
  if (options.watch === true) {
    refuseMoment(options);
    const { watchEvents } = await import('./watch-objects.ts');
    return watchEvents({ ...options, accepts, format: (target?.format ?? 'table') as 'table' | 'json' | 'yaml' });
  }
  const report = await lookAt(options);
  const events = report.events.filter(accepts);
  if (target?.format === 'json' || target?.format === 'yaml') {
    out(objectsText({ apiVersion: 'v1', kind: 'List', items: events }, target.format));
  } else if (events.length === 0) err('No events found.\n');
  else
    out(printTable(eventsCommandTable(events, { now: reportNow(report), namespaces: options.allNamespaces === true })));
  return EXIT.ok;
}

interface LogFlags extends LookOptions {
  container?: string;
  previous?: boolean;
  timestamps?: boolean;
  tail?: string;
}

/** `probelab logs [POD]`. */
export function logsCommand(pod: string | undefined, options: LogFlags): number {
  const report = loadFinished(options);
  const name = pod?.replace(/^pods?\//, '');
  const logs = report.logs.filter(
    (log) =>
      (name === undefined || log.pod === name) &&
      (options.container === undefined || log.container === options.container) &&
      (options.namespace === undefined || log.namespace === options.namespace),
  );
  const pods = [...new Set(logs.map((log) => log.pod))];
  if (name === undefined && pods.length > 1) {
    throw new LabError('USAGE', 'the run has logs of several pods', { hint: `Name one of ${pods.join(', ')}.` });
  }
  if (name !== undefined && logs.length === 0) explainNoLogs(report, name, options);
  const instances = instancesShown(logs, options.previous === true);
  const several = new Set(instances.map((log) => log.container)).size > 1;
  const lines = instances
    .flatMap((log) => log.lines.map((line) => ({ ...line, container: log.container })))
    .sort((a, b) => a.at - b.at)
    .map(({ at, line, container }) => {
      const time = options.timestamps === true ? `+${formatDuration(at)} ` : '';
      return `${time}${several ? `${container} | ` : ''}${line}\n`;
    });
  const tail = options.tail === undefined ? lines.length : Number.parseInt(options.tail, 10);
  if (Number.isNaN(tail)) throw new LabError('USAGE', `--tail needs a number, not "${options.tail}"`);
  out(lines.slice(Math.max(0, lines.length - tail)).join(''));
  return EXIT.ok;
}

/**
 * No logs are no error, unless it was a slip.
 * @throws LabError NOT_FOUND, with kubectl's sentences.
 */
function explainNoLogs({ objects, logs }: Report, name: string, { container, namespace }: LogFlags): void {
  const pods = objects.filter(
    ({ kind, metadata }) => kind === 'Pod' && (namespace === undefined || metadata.namespace === namespace),
  ) as unknown as Pod[];
  const pod = pods.find(({ metadata }) => metadata.name === name);
  if (pod === undefined) {
    const gone = logs.filter((log) => log.pod === name).map((log) => log.container);
    if (gone.length > 0 && container !== undefined) throw notOf(container, name, [...new Set(gone)]);
    const names = [...new Set([...pods.map(({ metadata }) => metadata.name), ...logs.map((log) => log.pod)])];
    const hint = names.length === 0 ? {} : { hint: `There are: ${names.slice(0, 10).join(', ')}.` };
    throw new LabError('NOT_FOUND', `pods "${name}" not found`, hint);
  }
  const init = (pod.spec.initContainers ?? []).map((one) => one.name);
  const known = [...pod.spec.containers.map((one) => one.name), ...init.map((one) => `${one} (init)`)];
  if (container !== undefined && !known.includes(container) && !init.includes(container))
    throw notOf(container, name, known);
}

function notOf(container: string | undefined, pod: string, known: readonly string[]): LabError {
  return new LabError('NOT_FOUND', `container ${container} is not valid for pod ${pod} out of: ${known.join(', ')}`);
}

interface TimelineFlags extends LookOptions {
  all?: boolean;
  width?: string;
  ascii?: boolean;
}

/** `probelab timeline [RUN]`. */
export function timelineCommand(run: string | undefined, options: TimelineFlags): number {
  const report = loadFinished({ ...options, ...(run === undefined ? {} : { run }) });
  const width = options.width === undefined ? (process.stdout.columns ?? 80) : Number.parseInt(options.width, 10);
  if (Number.isNaN(width)) throw new LabError('USAGE', `--width needs a number, not "${options.width}"`);
  const lanes = report.lanes.filter((lane) => options.namespace === undefined || lane.namespace === options.namespace);
  out(
    renderTimeline(lanes, {
      endMs: report.endMs,
      width,
      ascii: options.ascii ?? asciiOnly(),
      maxLanes: options.all === true ? lanes.length : 60,
    }),
  );
  return EXIT.ok;
}

function loadFinished(options: LookOptions): Report {
  return loadRun(runsFolder(options.outputDir), options.run);
}

function selection(words: string[], options: SelectFlags) {
  return {
    words,
    ...(options.namespace === undefined || options.allNamespaces === true ? {} : { namespace: options.namespace }),
    ...(options.selector === undefined ? {} : { selector: options.selector }),
  };
}

function refuseMoment({ at }: LookOptions): void {
  if (at !== undefined) throw new LabError('USAGE', '-w tells a whole run, --at one moment of it');
}

/** One object if one was named, else a List, as kubectl does. */
function listOf(selected: readonly Selected[], words: readonly string[]): object {
  const objects: KubeObject[] = selected.flatMap((one) => one.objects).map(servedForm);
  const named = words.length === 2 || (words.length === 1 && words[0]?.includes('/'));
  if (named && objects.length === 1 && objects[0] !== undefined) return objects[0];
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: objects };
}

function isAbout(event: Event, object: string): boolean {
  const [kind = '', name] = object.includes('/') ? object.split('/') : ['pod', object];
  const about = event.involvedObject;
  const wanted = kind.toLowerCase().replace(/s$/, '');
  return about.name === name && (about.kind.toLowerCase() === wanted || (wanted === 'po' && about.kind === 'Pod'));
}

/** The last instance of each container, or the one before it. */
function instancesShown(logs: readonly ContainerLog[], previous: boolean): ContainerLog[] {
  const newest = new Map<string, number>();
  for (const log of logs) {
    const key = `${log.pod}/${log.container}`;
    newest.set(key, Math.max(newest.get(key) ?? 0, log.attempt));
  }
  return logs.filter((log) => log.attempt === (newest.get(`${log.pod}/${log.container}`) ?? 0) - (previous ? 1 : 0));
}
