import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Cases of a suite that KNOWN.md lists as not passing yet: name → reason. They count as failed all the same. */
export function knownFailures(suite: string): Map<string, string> {
  const text = readFileSync(join(import.meta.dirname, 'KNOWN.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${suite}\n`)) ?? '';
  const entries = [...section.matchAll(/^- `([^`]+)`: (.+)$/gm)];
  return new Map(entries.map(([, name = '', reason = '']) => [name, reason]));
}
