import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProbelabOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What it reads; default: closed. */
  stdin?: string;
  /** Called once the process lives. */
  started?: (child: ChildProcess) => void;
}

const MAIN = resolve('cli/main.ts');

/** Runs the command as a process of its own, without a terminal; its runs go to a folder of their own. */
export function probelab(args: readonly string[], options: ProbelabOptions = {}): Promise<Result> {
  const env: NodeJS.ProcessEnv = { ...process.env, LANG: 'C.UTF-8', ...options.env };
  // What the surroundings of the test say about colour and CI must not change what is tested.
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'CI', 'GITHUB_ACTIONS', 'LC_ALL', 'TERM']) {
    if (options.env?.[name] === undefined) delete env[name];
  }
  const child = spawn(process.execPath, [MAIN, ...args], { env, cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  options.started?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

/** A folder that goes when the function is called. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'probelab-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for.
export const ANSI = /\u001b\[/;
