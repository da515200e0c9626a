import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../sim/core/errors.ts';

const IMPORT = /((?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*|(?:^|\n)\s*import\s*|\bimport\(\s*)(['"])([^'"]+)\2/g;

/**
 * The program host and everything it imports, as plain JavaScript: path below the image's program folder → text.
 * Types are stripped here and not in the container, where it would cost every start some 50 ms. Works from sources
 * (`.ts`) and from `dist` (`.js`) alike.
 * @throws LabError PROGRAM_IMPORT if a program imports a package: the image has none.
 */
export function programSources(): Map<string, string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const root = resolve(here, '../..');
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const files = new Map<string, string>();
  const queue = [join(root, `containers/program-host/main${extension}`)];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const name = relative(root, path).replace(/\.ts$/, '.js');
    if (files.has(name)) continue;
    const source = readFileSync(path, 'utf8');
    const plain = path.endsWith('.ts') ? withoutTypes(source) : source;
    files.set(
      name,
      plain.replace(IMPORT, (all, before: string, quote: string, specifier: string) => {
        if (specifier.startsWith('node:')) return all;
        queue.push(localFile(path, specifier));
        return `${before}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`;
      }),
    );
  }
  files.set('package.json', '{"type":"module"}\n');
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Node's own stripping, without the warning that it is experimental: users can do nothing about it. */
function withoutTypes(source: string): string {
  const warn = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = warn;
  }
}

function localFile(from: string, specifier: string): string {
  const path = resolve(dirname(from), specifier);
  if (specifier.startsWith('.') && existsSync(path)) return path;
  throw new LabError('PROGRAM_IMPORT', `${from} imports "${specifier}", which the program image cannot have.`, {
    fault: 'system',
    hint: 'Programs may import files of the project and node: modules only.',
  });
}
