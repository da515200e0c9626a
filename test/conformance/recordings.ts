import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The files that are meant: of a folder its recordings. One that itself is a story (it has a story.json), or holds
 * stories, is left to the suite.
 */
export function recordingsOf(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    if (!statSync(file).isDirectory()) return [file];
    const names = readdirSync(file).sort();
    const isOfStories = names.some((name) => name === 'story.json' || existsSync(path.join(file, name, 'story.json')));
    const recordings = names.filter((name) => /\.jsonl(\.gz)?$/.test(name));
    return isOfStories || recordings.length === 0 ? [file] : recordings.map((name) => path.join(file, name));
  });
}
