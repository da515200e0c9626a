import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LabError } from '../../sim/core/errors.ts';
import lock from './nacos-sdk-lock.json' with { type: 'json' };

const run = promisify(execFile);

/**
 * A folder `node_modules` with the npm package `nacos` 2.6.3 and everything it needs, each file by its checksum; kept in
 * the cache for the next build. Throws LabError NACOS_SDK_UNAVAILABLE.
 */
export async function nacosSdkModules(): Promise<string> {
  const text = JSON.stringify(lock, null, 2);
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'probelab', `nacos-sdk-${version}`);
  const modules = join(cache, 'node_modules');
  if (existsSync(modules)) return modules;
  const directory = await mkdtemp(join(tmpdir(), 'probelab-nacos-sdk-'));
  try {
    const { name, dependencies } = lock.packages[''];
    await writeFile(join(directory, 'package.json'), JSON.stringify({ name, private: true, dependencies }));
    await writeFile(join(directory, 'package-lock.json'), text);
    await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: directory });
    // npm's own note of what it did differs from time to time.
    await rm(join(directory, 'node_modules/.package-lock.json'), { force: true });
    await mkdir(dirname(cache), { recursive: true });
    await rename(directory, cache).catch(async (error: NodeJS.ErrnoException) => {
      if (existsSync(modules)) return;
      if (error.code !== 'EXDEV') throw error;
      await run('cp', ['-r', directory, cache]);
    });
    return modules;
  } catch (error) {
    throw new LabError('NACOS_SDK_UNAVAILABLE', `The npm package nacos cannot be had: ${firstLine(error)}`, {
      hint: 'It needs npm and a package registry that can be reached.',
      cause: error,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function firstLine(error: unknown): string {
  const stderr = (error as { stderr?: string } | null)?.stderr;
  return (stderr || (error instanceof Error ? error.message : String(error))).trim().split('\n')[0] ?? '';
}
