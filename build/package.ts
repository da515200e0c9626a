import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { programSources } from '../containers/images/program-sources.ts';
import { BUILT_PROTOS, envoyProtos } from '../containers/osm/envoy-protos.ts';
import { packageRoot } from '../containers/package-root.ts';
import { chunkOf } from './chunks.ts';
import { licences } from './licences.ts';

/** Heavy, and loaded only where they are needed; vitest must be the user's own. */
const EXTERNAL = ['dockerode', 'docker-modem', 'testcontainers', 'vitest'];

/** One bundle for all entries: what they share must exist once, or an error of one would be none of the other. */
const ENTRIES = { 'cli/main': 'cli/main.ts', index: 'index.ts', 'testing/vitest': 'testing/vitest.ts' };

/**
 * Makes what the package's `dist` has to hold, but for the types, in a folder that is emptied before. Everything that a
 * run loads is bundled into few files: to load 500 modules one by one takes longer than a short run in virtual time.
 */
export async function buildPackage(dist: string): Promise<void> {
  const root = packageRoot();
  const bundle = await rolldown({ cwd: root, input: ENTRIES, platform: 'node', external: EXTERNAL });
  const { output } = await bundle.write({
    dir: dist,
    cleanDir: true,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      // `--help` loads the first alone, `run` all three.
      groups: [
        chunkOf('start', path.join(root, 'cli/program.ts'), 3),
        chunkOf('lab', path.join(root, 'index.ts'), 2),
        chunkOf('run', path.join(root, 'cli/commands/run.ts'), 1),
      ],
    },
  });
  await bundle.close();
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  write(path.join(dist, 'LICENSES.txt'), licences(modules));
  write(path.join(dist, path.basename(BUILT_PROTOS)), JSON.stringify(envoyProtos().toJSON()));
  for (const [name, text] of programSources()) write(path.join(dist, 'programs', name), text);
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
