import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** The files that are meant: of a folder its recordings. One with folders in it (of stories) is left to the suite. */
export function recordingsOf(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    if (!statSync(file).isDirectory()) return [file];
    const entries = readdirSync(file, { withFileTypes: true });
    const recordings = entries.map(({ name }) => name).filter((name) => /\.jsonl(\.gz)?$/.test(name));
    const isPlain = recordings.length > 0 && !entries.some((entry) => entry.isDirectory());
    return isPlain ? recordings.sort().map((name) => path.join(file, name)) : [file];
  });
}
