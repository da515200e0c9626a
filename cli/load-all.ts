import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { LabError, LabErrors } from '../sim/core/errors.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import type { Scenario } from '../sim/scenario/scenario.ts';
import type { SourceFile } from './find-files.ts';
import { STDIN } from './input.ts';

/**
 * Reads the scenarios (or plain manifests) in files that were found.
 * @throws LabErrors with all that is wrong in all of them.
 */
export function loadAll(files: readonly SourceFile[]): Scenario[] {
  const scenarios: Scenario[] = [];
  const errors: LabError[] = [];
  for (const { file, text } of files) {
    try {
      scenarios.push(loadScenario(text, { file, readFile: besides(file) }));
    } catch (error) {
      if (error instanceof LabErrors) errors.push(...error.errors);
      else if (error instanceof LabError) errors.push(error);
      else throw error;
    }
  }
  if (errors.length > 0) throw new LabErrors(errors);
  return scenarios;
}

/** Reads manifest files named in a scenario: relative to its folder; standard input lies in the current one. */
function besides(file: string): (name: string) => string | undefined {
  const folder = file === STDIN ? '.' : dirname(file);
  return (name) => {
    try {
      return readFileSync(isAbsolute(name) ? name : join(folder, name), 'utf8');
    } catch {
      return undefined;
    }
  };
}
