import { readFileSync } from 'node:fs';
import { formatDuration } from '../../../sim/core/duration.ts';
import { printTable } from '../../../sim/report/kubectl/table.ts';
import type { SweepRun } from '../../../sim/report/sweep.ts';

/*
 * Of a sweep on standard input (JSON): what was varied, how long after the step the pod's port closed, and endpoint and
 * registry had forgotten it, and which requests of whom failed. The table of docs/nacos.md.
 */
const { runs } = JSON.parse(readFileSync(0, 'utf8')) as { runs: SweepRun[] };
const SHORT: Readonly<Record<string, string>> = {
  FILE: 'SCENARIO',
  'orders/env.0.value': 'SLEEP',
  'spec.steps.0.at': 'AT',
};
const callers = ['by-service', 'by-registry', 'by-ribbon', 'by-loadbalancer'].filter((name) =>
  runs.some((run) => run.callers?.some((caller) => caller.name === name)),
);
const names = Object.keys(runs[0]?.values ?? {});
const headers = [
  ...names.map((name) => SHORT[name] ?? name),
  'PORT CLOSED',
  'ENDPOINT',
  'REGISTRY',
  ...callers.map((name) => name.toUpperCase()),
];
const rows = runs.map((run) => [
  ...names.map((name) => String(run.values[name])),
  after(run.portClosedMs),
  after(run.endpointGoneMs),
  after(run.registryGoneMs),
  ...callers.map((name) => failed(run, name)),
]);
process.stdout.write(printTable({ headers, rows }));

function after(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1000).toFixed(1)}s`;
}

/** `13, 1m17s-1m22s`: how many, and when. */
function failed(run: SweepRun, name: string): string {
  const caller = run.callers?.find((one) => one.name === name);
  if (caller === undefined) return '-';
  const { failed: count, firstFailure, lastFailure } = caller;
  if (firstFailure === undefined || lastFailure === undefined) return String(count);
  const seconds = (ms: number) => formatDuration(Math.round(ms / 1000) * 1000);
  return `${count}, ${seconds(firstFailure)}-${seconds(lastFailure)}`;
}
