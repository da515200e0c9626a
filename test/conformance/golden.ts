import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The text of a recording; `.gz` is unpacked. */
export function readGolden(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The cases of a recording: one JSON value a line, or one JSON array. */
export function readCases<T>(file: string): T[] {
  const text = readGolden(file);
  if (text.trimStart().startsWith('[')) return JSON.parse(text) as T[];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);
}

/** The cases of JSON Lines files, or those of one name. */
export function* casesOf<T extends { name: string }>(
  files: readonly string[],
  caseName: string | undefined,
): Generator<T> {
  for (const file of files) {
    for (const item of readCases<T>(file)) if (caseName === undefined || item.name === caseName) yield item;
  }
}
