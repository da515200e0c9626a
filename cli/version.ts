import { readFileSync } from 'node:fs';

/** The version of this package, from the nearest package.json above (sources and dist/ lie at different depths). */
export function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === 'probelab' && found.version !== undefined) return found.version;
    } catch {
      // Not at this depth.
    }
  }
  return 'unknown';
}
