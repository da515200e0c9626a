import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Report } from '../sim/report/report.ts';
import type { Scenario } from '../sim/scenario/scenario.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { STDIN } from './input.ts';
import { version } from './version.ts';

/** What went wrong in a way that is not the user's fault. */
export interface Defect {
  scenario: Scenario;
  /** The seed of the run, if it is not the scenario's. */
  seed?: number;
  runtime: string;
  /** Of a run that came to its end. */
  report?: Report;
  /** Of one that did not. */
  error?: unknown;
}

/** True for what a defect of probelab brings about: a broken invariant, an exception that is no LabError. */
export function isDefect({ report, error }: Pick<Defect, 'report' | 'error'>): boolean {
  return report?.verdict.result === 'broken' || (error !== undefined && exitCodeOf(error) === EXIT.broken);
}

/**
 * Writes everything that a report of the defect needs into a folder of its own below `outputDir`:
 * the files that were run, versions and seed, the run's report or the error. Returns what to tell the user: where it
 * is, or why it could not be written.
 */
export function writeBundle(outputDir: string, defect: Defect, now = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 19);
  const folder = join(outputDir, 'bundles', `${stamp}-${defect.scenario.name.replace(/[^A-Za-z0-9._-]+/g, '-')}`);
  try {
    mkdirSync(folder, { recursive: true });
    for (const file of filesOf(defect.scenario)) copy(file, folder);
    writeJson(join(folder, 'versions.json'), versionsOf(defect));
    if (defect.report !== undefined) writeJson(join(folder, 'report.json'), defect.report);
    if (defect.error !== undefined) writeFileSync(join(folder, 'error.txt'), `${traceOf(defect.error)}\n`);
    return `This is a defect of probelab, not of your files. Please report it and attach the folder ${folder}\n`;
  } catch (error) {
    return `warning: the bundle was not written: ${(error as Error).message}\n`;
  }
}

/** The scenario's file and the manifest files that it names. */
function filesOf({ file, sources }: Scenario): string[] {
  const files = [file, ...sources.map((manifest) => manifest.locate([]).file)];
  return [...new Set(files)].filter((name) => name !== STDIN);
}

function copy(file: string, folder: string): void {
  try {
    writeFileSync(join(folder, basename(file)), readFileSync(file));
  } catch {
    // It has gone since it was read; the rest is worth having.
  }
}

function versionsOf({ scenario, seed, runtime, report }: Defect): Record<string, unknown> {
  return {
    probelab: version(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    runtime,
    seed: seed ?? scenario.seed,
    kubelet: scenario.kubelet.version ?? 'default',
    ...(report === undefined ? {} : { profiles: report.profiles }),
    replay: `probelab run ${basename(scenario.file)} --seed ${seed ?? scenario.seed}`,
  };
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${traceOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
