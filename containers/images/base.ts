import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type Dockerode from 'dockerode';
import { LabError } from '../../sim/core/errors.ts';
import { BASE_NAME } from './catalogue.ts';
import { followProgress } from './progress.ts';

const run = promisify(execFile);

const RELEASE = 'bookworm';
const PUBLIC_BASE = `debian:${RELEASE}-slim`;
/** Documentation, translations and package lists: nothing a container needs. */
const LEFT_OUT = [
  './usr/share/doc/*',
  './usr/share/man/*',
  './usr/share/info/*',
  './usr/share/locale/*',
  './usr/share/zoneinfo/*',
  './var/cache/apt/*',
  './var/lib/apt/lists/*',
  './var/log/*',
];
export const BASE_HASH = createHash('sha256')
  .update(`${RELEASE} minbase ${LEFT_OUT.join(' ')}`)
  .digest('hex');

/**
 * Makes `probelab/base`: Debian's public image where a registry answers, else a minimal Debian by debootstrap, which
 * needs Linux, root and a Debian mirror, and takes a minute or two.
 */
export async function makeBase(docker: Dockerode, onProgress: (line: string) => void): Promise<void> {
  if (await pulledBase(docker)) {
    onProgress(`base: from ${PUBLIC_BASE}`);
    return;
  }
  await needDebootstrap(onProgress);
  const directory = await mkdtemp(join(tmpdir(), 'probelab-base-'));
  try {
    onProgress('base: debootstrap (once, a minute or two)');
    await run('debootstrap', ['--variant=minbase', RELEASE, join(directory, 'root')], { maxBuffer: 64 << 20 });
    onProgress('base: import');
    await importRoot(docker, join(directory, 'root'));
  } catch (error) {
    throw new LabError('BASE_IMAGE_FAILED', `debootstrap could not make a base image: ${lastLine(error)}`, {
      hint: 'A Debian mirror must be reachable and the temporary directory must allow device nodes.',
      cause: error,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function pulledBase(docker: Dockerode): Promise<boolean> {
  try {
    await followProgress(docker, (await docker.pull(PUBLIC_BASE, {})) as NodeJS.ReadableStream);
    await docker.getImage(PUBLIC_BASE).tag(BASE_NAME);
    return true;
  } catch {
    return false;
  }
}

async function needDebootstrap(onProgress: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new LabError(
      'IMAGES_NEED_ROOT',
      'No image registry answers, and without one the base image needs Linux and root.',
      {
        hint: 'Run "probelab images build" as root on Linux, or give the engine access to a registry.',
      },
    );
  }
  const found = await run('sh', ['-c', 'command -v debootstrap']).catch(() => undefined);
  if (found !== undefined) return;
  onProgress('base: installing debootstrap');
  try {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', 'debootstrap']);
  } catch (error) {
    throw new LabError('BASE_IMAGE_FAILED', `debootstrap is not installed and apt-get could not: ${lastLine(error)}`, {
      hint: 'Install the package debootstrap.',
      cause: error,
    });
  }
}

async function importRoot(docker: Dockerode, root: string): Promise<void> {
  const excludes = LEFT_OUT.map((path) => `--exclude=${path}`);
  const tar = spawn('tar', ['--numeric-owner', '-C', root, '-c', ...excludes, '.'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const changes = `LABEL dev.probelab.content=${BASE_HASH}`;
  // The types know file names only; dockerode takes a stream as well.
  const stream: unknown = await docker.importImage(
    tar.stdout as unknown as string,
    { ...BASE_NAME, changes } as object,
  );
  await followProgress(docker, stream as NodeJS.ReadableStream);
}

function lastLine(error: unknown): string {
  const output = (error as { stdout?: string } | null)?.stdout;
  const text = output || (error instanceof Error ? error.message : String(error));
  return text.trim().split('\n').at(-1) ?? '';
}
