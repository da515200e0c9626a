import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { programSources } from '../containers/images/program-sources.ts';
import { licences } from './licences.ts';

/*
 * `npm run build`: makes dist/ out of the sources. Everything that a run loads is bundled into few files, since loading
 * 500 modules one by one takes longer than a short run in virtual time. Types come from tsc, after this.
 */

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

/** Heavy, and loaded only where they are needed; vitest must be the user's own. */
const EXTERNAL = ['dockerode', 'docker-modem', 'testcontainers', 'vitest'];

/** One bundle for all entries: what they share must exist once, or an error of one would be none of the other. */
const ENTRIES = { 'cli/main': 'cli/main.ts', index: 'index.ts', 'testing/vitest': 'testing/vitest.ts' };

const bundle = await rolldown({ cwd: root, input: ENTRIES, platform: 'node', external: EXTERNAL });
const { output } = await bundle.write({
  dir: dist,
  cleanDir: true,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

for (const [name, text] of programSources()) write(path.join('programs', name), text);
write('LICENSES.txt', licences(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))));
console.log(`dist: ${output.length} files`);

function write(name: string, text: string): void {
  const file = path.join(dist, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
