import { existsSync, globSync, statSync } from 'node:fs';
import { LabError, LabErrors } from '../sim/core/errors.ts';
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
  if (file === undefined || existsSync(path)) return { file: path, text: readInput(path) };
  return { file, text: readInput(file), line: Number(line) };
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
