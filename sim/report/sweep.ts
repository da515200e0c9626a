import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
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
}

/** What is kept of a finished run. */
export function sweepRun(record: RunRecord, values: SweepRun['values']): SweepRun {
  const restarts = findRestarts(record.facts);
  const verdict = verdictOf(record);
  const ready = readyMs(record.facts);
  return {
    values,
    seed: record.seed,
    result: verdict.result,
    text: verdict.text,
    restarts: restarts.length,
    ...(restarts[0] === undefined ? {} : { firstRestartMs: restarts[0].at }),
    ...(ready === undefined ? {} : { readyMs: ready }),
  };
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
  return {
    headers: [...names, 'PASSED', 'RESTARTS', 'FIRST RESTART', 'READY', 'FIRST FAILURE'],
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
        failed === undefined ? '-' : `seed ${failed.seed}: ${failed.text}`,
      ];
    }),
  };
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
