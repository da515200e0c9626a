import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of this package: the checkout, or where npm installed it. The same from sources and from `dist`, whose
 * files lie at other depths.
 */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('probelab does not lie in its package');
  }
}

/** What package.json says of this package. */
export function packageManifest(): { version: string } {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
}

/** True where this runs as the sources that people edit, false where it was built. */
export function runsFromSources(): boolean {
  return import.meta.url.endsWith('.ts');
}
