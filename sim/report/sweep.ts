import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
import { type Discovery, discoveryOf } from './discovery.ts';
import type { Table } from './kubectl/table.ts';
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
  const endpointGone = goneAfter(discovery, 'endpoints', steps);
  const registryGone = goneAfter(discovery, 'registry', steps);
  return {
    values,
    seed: record.seed,
    result: verdict.result,
    text: verdict.text,
    restarts: restarts.length,
    ...(restarts[0] === undefined ? {} : { firstRestartMs: restarts[0].at }),
    ...(ready === undefined ? {} : { readyMs: ready }),
    ...(discovery === undefined || discovery.callers.length === 0 ? {} : { callers: callersOf(discovery) }),
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

/** From the last step before it to the first time an address went from a view. */
function goneAfter(discovery: Discovery | undefined, what: string, steps: readonly number[]): number | undefined {
  const [begin] = steps;
  if (begin === undefined) return undefined;
  const times = (discovery?.views ?? [])
    .filter((view) => view.what === what)
    .flatMap(({ changes }) =>
      changes.flatMap(({ at, addresses }, i) => {
        const before = changes[i - 1]?.addresses ?? [];
        return at >= begin && before.some((address) => !addresses.includes(address)) ? [at] : [];
      }),
    );
  const gone = least(...times);
  const step = steps.filter((at) => gone !== undefined && at <= gone).at(-1);
  return gone === undefined || step === undefined ? undefined : gone - step;
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
  const shared = ['PASSED', 'RESTARTS', 'FIRST RESTART', 'READY'];
  const discovery = [...(gone ? ['ENDPOINT GONE', 'REGISTRY GONE'] : []), ...callers.map((name) => `FAILED ${name}`)];
  return {
    headers: [...names, ...shared, ...discovery, 'FIRST FAILURE'],
    rows: [...groups.values()].map((group) => {
      const failed = group.find(({ result }) => result !== 'pass' && result !== 'done');
      return [
        ...names.map((name) => String(group[0]?.values[name] ?? '-')),
        `${group.filter(({ result }) => result === 'pass' || result === 'done').length}/${group.length}`,
        range(
          group.map(({ restarts }) => restarts),
          String,
        ),
        range(
          group.map(({ firstRestartMs }) => firstRestartMs),
          time,
        ),
        range(
          group.map(({ readyMs }) => readyMs),
          time,
        ),
        ...(gone
          ? [
              range(
                group.map(({ endpointGoneMs }) => endpointGoneMs),
                time,
              ),
            ]
          : []),
        ...(gone
          ? [
              range(
                group.map(({ registryGoneMs }) => registryGoneMs),
                time,
              ),
            ]
          : []),
        ...callers.map((name) => failures(group, name)),
        failed === undefined ? '-' : `seed ${failed.seed}: ${failed.text}`,
      ];
    }),
  };
}

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
