import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
import { type Discovery, type DiscoveryView, discoveryOf } from './discovery.ts';
import type { Table } from './kubectl/table.ts';
import { portClosings } from './port-closings.ts';
import { findRestarts } from './restarts.ts';
import type { RunRecord } from './run-record.ts';
import { verdictOf } from './verdict.ts';

/** What is kept of one run of a sweep. */
export interface SweepRun {
  /** By what was varied. */
  values: Readonly<Record<string, string | number | boolean | null>>;
  seed: number;
  result: 'pass' | 'fail' | 'done' | 'broken' | 'error';
  text: string;
  restarts: number;
  /** Run time in ms of the first restart. */
  firstRestartMs?: number;
  /** Run time in ms at which every pod had been ready once; absent if one never was. */
  readyMs?: number;
  /** How callers fared, if somebody called; `by-lb-1` and `by-lb-2` are one. */
  callers?: readonly SweepCaller[];
  /** How long after the step before it a pod of a service shown first stopped to take connections, ms. */
  portClosedMs?: number;
  /** How long after the step before it an address first went from the endpoints, ms. */
  endpointGoneMs?: number;
  /** The same for the registry. */
  registryGoneMs?: number;
}

/** The requests of callers of one name. */
export interface SweepCaller {
  name: string;
  requests: number;
  failed: number;
  /** Run time in ms. */
  firstFailure?: number;
  lastFailure?: number;
}

/** What is kept of a finished run. */
export function sweepRun(record: RunRecord, values: SweepRun['values']): SweepRun {
  const restarts = findRestarts(record.facts);
  const verdict = verdictOf(record);
  const ready = readyMs(record.facts);
  const discovery = discoveryOf(record.facts, record.endMs);
  const steps = record.facts.flatMap(({ kind, at }) => (kind === 'step' ? [at] : []));
  const views = discovery?.views ?? [];
  const instances = new Set(views.flatMap(({ changes }) => changes.flatMap(({ addresses }) => addresses)));
  const portClosed = afterStep(portClosings(record.facts, instances), steps);
  const endpointGone = afterStep(losses(views, 'endpoints'), steps);
  const registryGone = afterStep(losses(views, 'registry'), steps);
  return {
    values,
    seed: record.seed,
    result: verdict.result,
    text: verdict.text,
    restarts: restarts.length,
    ...(restarts[0] === undefined ? {} : { firstRestartMs: restarts[0].at }),
    ...(ready === undefined ? {} : { readyMs: ready }),
    ...(discovery === undefined || discovery.callers.length === 0 ? {} : { callers: callersOf(discovery) }),
    ...(portClosed === undefined ? {} : { portClosedMs: portClosed }),
    ...(endpointGone === undefined ? {} : { endpointGoneMs: endpointGone }),
    ...(registryGone === undefined ? {} : { registryGoneMs: registryGone }),
  };
}

function callersOf({ callers }: Discovery): SweepCaller[] {
  const found = new Map<string, SweepCaller>();
  for (const caller of callers) {
    const name = caller.name.replace(/-\d+$/, '');
    const known = found.get(name) ?? { name, requests: 0, failed: 0 };
    const first = least(known.firstFailure, caller.firstFailure);
    const last = most(known.lastFailure, caller.lastFailure);
    found.set(name, {
      name,
      requests: known.requests + caller.requests,
      failed: known.failed + caller.failed,
      ...(first === undefined ? {} : { firstFailure: first }),
      ...(last === undefined ? {} : { lastFailure: last }),
    });
  }
  return [...found.values()];
}

/** When views of a kind lost an address. */
function losses(views: readonly DiscoveryView[], what: DiscoveryView['what']): number[] {
  return views
    .filter((view) => view.what === what)
    .flatMap(({ changes }) =>
      changes.flatMap(({ at, addresses }, i) => {
        const before = changes[i - 1]?.addresses ?? [];
        return before.some((address) => !addresses.includes(address)) ? [at] : [];
      }),
    );
}

/** The first of these times after a step, counted from the last step before it. */
function afterStep(times: readonly number[], steps: readonly number[]): number | undefined {
  const first = least(...times.filter((at) => steps.some((step) => step <= at)));
  return first === undefined ? undefined : first - Math.max(...steps.filter((at) => at <= first));
}

function least(...values: (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function most(...values: (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : Math.max(...given);
}

function readyMs(facts: readonly StampedFact[]): number | undefined {
  const pods = new Map<string, number | undefined>();
  for (const fact of facts) {
    if (fact.kind !== 'object' || fact.object.kind !== 'Pod') continue;
    const { metadata, status } = fact.object as unknown as Pod;
    if (pods.get(metadata.uid) !== undefined) continue;
    const ready = status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    pods.set(metadata.uid, ready ? fact.at : undefined);
  }
  const times = [...pods.values()];
  return times.length === 0 || times.includes(undefined) ? undefined : Math.max(...(times as number[]));
}

/** One line for each combination of values: how many seeds passed, and how far apart they are. */
export function sweepTable(runs: readonly SweepRun[]): Table {
  const names = Object.keys(runs[0]?.values ?? {});
  const groups = new Map<string, SweepRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.values);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const callers = [...new Set(runs.flatMap((run) => (run.callers ?? []).map(({ name }) => name)))];
  const gone = callers.length > 0 && runs.some(({ registryGoneMs }) => registryGoneMs !== undefined);
  const views = gone ? VIEW_COLUMNS : [];
  const shared = ['PASSED', 'RESTARTS', 'FIRST RESTART', 'READY'];
  const discovery = [...views.map(([header]) => header), ...callers.map((name) => `FAILED ${name}`)];
  return {
    headers: [...names, ...shared, ...discovery, 'FIRST FAILURE'],
    rows: [...groups.values()].map((group) => {
      const failed = group.find(({ result }) => result !== 'pass' && result !== 'done');
      const span = (key: keyof SweepRun & (`${string}Ms` | 'restarts'), text = time) =>
        range(
          group.map((run) => run[key]),
          text,
        );
      return [
        ...names.map((name) => String(group[0]?.values[name] ?? '-')),
        `${group.filter(({ result }) => result === 'pass' || result === 'done').length}/${group.length}`,
        span('restarts', String),
        span('firstRestartMs'),
        span('readyMs'),
        ...views.map(([, key]) => span(key)),
        ...callers.map((name) => failures(group, name)),
        failed === undefined ? '-' : `seed ${failed.seed}: ${failed.text}`,
      ];
    }),
  };
}

const VIEW_COLUMNS = [
  ['PORT CLOSED', 'portClosedMs'],
  ['ENDPOINT GONE', 'endpointGoneMs'],
  ['REGISTRY GONE', 'registryGoneMs'],
] as const;

/** `12 +1m16s..+1m25s`; of several seeds how many at least and at most, and the widest window. */
function failures(group: readonly SweepRun[], name: string): string {
  const found = group.flatMap(({ callers = [] }) => callers.filter((caller) => caller.name === name));
  if (found.length === 0) return '-';
  const count = range(
    found.map(({ failed }) => failed),
    String,
  );
  const first = least(...found.map(({ firstFailure }) => firstFailure));
  const last = most(...found.map(({ lastFailure }) => lastFailure));
  return first === undefined || last === undefined ? count : `${count} ${time(first)}..${time(last)}`;
}

function time(ms: number): string {
  return `+${formatDuration(ms)}`;
}

/** `3`, `0..3`, `-` for none; runs without a value count as `never`. */
function range(values: readonly (number | undefined)[], text: (value: number) => string): string {
  const given = values.filter((value) => value !== undefined);
  if (given.length === 0) return '-';
  const [least, most] = [Math.min(...given), Math.max(...given)];
  const span = least === most ? text(least) : `${text(least)}..${text(most)}`;
  return given.length < values.length ? `${span} (${values.length - given.length} never)` : span;
}
