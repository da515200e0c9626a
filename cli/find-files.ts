import { existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { LabError, LabErrors } from '../sim/core/errors.ts';
import { nearestName } from '../sim/kube/decoding/nearest-name.ts';
import { folderTree } from './folder-tree.ts';
import { readInput, STDIN } from './input.ts';

/** A file to run or to check. */
export interface SourceFile {
  /** As the user named it; `-` is standard input. */
  file: string;
  text: string;
  /** Of `FILE:LINE`: what is there is meant. */
  line?: number;
}

/**
 * Reads files (`FILE:LINE` and patterns, too), folders (all scenarios below them: files with a document of `kind: Scenario`) and `-`.
 * All that is wrong is reported at once. `manifests`: in folders plain manifests, too.
 * @throws LabErrors of FILE_NOT_FOUND, FILE_UNREADABLE, NO_SCENARIOS.
 */
export function findFiles(paths: readonly string[], options: { manifests?: boolean } = {}): SourceFile[] {
  const found: SourceFile[] = [];
  const errors: LabError[] = [];
  for (const path of paths.flatMap(expanded)) {
    try {
      if (isFolder(path)) found.push(...filesIn(path, options.manifests === true ? ANY_OBJECT : SCENARIO));
      else found.push(oneFile(path));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new LabErrors(errors);
  return found;
}

/** A pattern that no shell has expanded (in quotes, or on Windows) stands for the files that it matches. */
function expanded(path: string): string[] {
  if (!/[*?{[]/.test(path) || existsSync(path)) return [path];
  const found = globSync(path).sort();
  return found.length === 0 ? [path] : found;
}

function oneFile(path: string): SourceFile {
  const [, file, line] = /^(.+):(\d+)$/.exec(path) ?? [];
  const name = file === undefined || existsSync(path) ? path : file;
  if (name !== STDIN && !existsSync(name)) throw notFound(name);
  return { file: name, text: readInput(name), ...(name === path ? {} : { line: Number(line) }) };
}

/** A file that is not there, with the one that was likely meant: a slip, or its ending left out. */
function notFound(path: string): LabError {
  if (/[*?{[]/.test(path)) return new LabError('FILE_NOT_FOUND', `no file matches "${path}"`);
  const near = nearest(path);
  return new LabError(
    'FILE_NOT_FOUND',
    `there is no file "${path}"`,
    near === undefined ? {} : { hint: `Did you mean ${near}?` },
  );
}

function nearest(path: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return undefined;
  }
  const name = basename(path);
  const runnable = names.filter((one) => !one.startsWith('.') && (/\.(ya?ml|json)$/.test(one) || !one.includes('.')));
  const near =
    runnable.find((one) => /\.ya?ml$/.test(one) && one.replace(/\.ya?ml$/, '') === name) ?? nearestName(name, runnable);
  return near === undefined ? undefined : path.slice(0, path.length - name.length) + near;
}

function isFolder(path: string): boolean {
  if (path === STDIN) return false;
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const SCENARIO = /^kind:\s*["']?Scenario["']?\s*(#.*)?$|"kind":\s*"Scenario"/m;
const ANY_OBJECT = /^kind:\s*\S|"kind":\s*"/m;

function filesIn(folder: string, wanted: RegExp): SourceFile[] {
  const files = folderTree(folder)
    .files.filter((file) => /\.(ya?ml|json)$/.test(file))
    .sort()
    .map((file) => ({ file, text: readInput(file) }))
    .filter(({ text }) => wanted.test(text));
  if (files.length === 0) {
    throw new LabError('NO_SCENARIOS', `the folder "${folder}" has no scenarios`, {
      hint: 'In a folder only files of kind: Scenario are run; name a manifest itself to run it.',
    });
  }
  return files;
}
