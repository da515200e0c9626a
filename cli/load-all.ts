import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { LabError, LabErrors } from '../sim/core/errors.ts';
import type { Paint } from '../sim/report/text.ts';
import { type Unsupported, unsupportedParts } from '../sim/report/unsupported.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import type { Scenario } from '../sim/scenario/scenario.ts';
import type { SourceFile } from './find-files.ts';
import { STDIN } from './input.ts';
import { atLine } from './select-scenarios.ts';
import { err } from './streams.ts';

/** A scenario, read, and what it contains that the lab does not run. */
export interface LoadedScenario {
  scenario: Scenario;
  unsupported: readonly Unsupported[];
}

/**
 * Reads the scenarios (or plain manifests) in files that were found. `strict`: parts that the lab does not run are errors.
 * @throws LabErrors with all that is wrong in all of them.
 */
export function loadAll(files: readonly SourceFile[], { strict }: { strict: boolean }): LoadedScenario[] {
  const scenarios: LoadedScenario[] = [];
  const errors: LabError[] = [];
  for (const { file, text, line } of files) {
    try {
      const whole = loadScenario(text, { file, readFile: besides(file) });
      const scenario = line === undefined ? whole : atLine(whole, text, line);
      const unsupported = unsupportedParts(scenario.sources);
      scenarios.push({ scenario, unsupported });
      if (strict) errors.push(...unsupported.map(asError));
    } catch (error) {
      if (error instanceof LabErrors) errors.push(...error.errors);
      else if (error instanceof LabError) errors.push(error);
      else throw error;
    }
  }
  if (errors.length > 0) throw new LabErrors(errors);
  return scenarios;
}

/** Says on stderr what will not be run. */
export function warnUnsupported(loaded: readonly LoadedScenario[], paint: Paint): void {
  for (const { unsupported } of loaded) {
    for (const { code, message, location } of unsupported) {
      err(`${paint.warning(`warning[${code}]`)}: ${message} (${location.file}:${location.line}:${location.column})\n`);
    }
  }
}

function asError({ code, message, location }: Unsupported): LabError {
  return new LabError(code, message, { location, hint: 'Without --strict this is a warning.' });
}

/** Reads manifest files named in a scenario: relative to its folder; standard input lies in the current one. */
export function besides(file: string): (name: string) => string | undefined {
  const folder = file === STDIN ? '.' : dirname(file);
  return (name) => {
    try {
      return readFileSync(isAbsolute(name) ? name : join(folder, name), 'utf8');
    } catch {
      return undefined;
    }
  };
}
