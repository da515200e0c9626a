import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { LabError } from '../../sim/core/errors.ts';
import { packageRoot, runsFromSources } from '../package-root.ts';

const IMPORT = /((?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*|(?:^|\n)\s*import\s*|\bimport\(\s*)(['"])([^'"]+)\2/g;

/**
 * The program host, calico-node, and everything they import, as plain JavaScript: path below the image's program folder → text.
 * Types are stripped here and not in the container, where it would cost every start some 50 ms. The package has the
 * files as the build made them, the same to the byte: so a checkout and an installed package agree on the image.
 * @throws LabError PROGRAM_IMPORT if a program imports a package: the image has none.
 */
export function programSources(): Map<string, string> {
  const files = runsFromSources() ? stripped() : built();
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function built(): Map<string, string> {
  const folder = join(packageRoot(), 'dist/programs');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [inImage(relative(folder, path)), readFileSync(path, 'utf8')]));
}

function stripped(): Map<string, string> {
  const root = packageRoot();
  const files = new Map([['package.json', '{"type":"module"}\n']]);
  const queue = ['main', 'calico-main'].map((name) => join(root, `containers/program-host/${name}.ts`));
  const packages = new Set<string>();
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const name = inImage(relative(root, path)).replace(/\.ts$/, '.js');
    if (files.has(name)) continue;
    files.set(
      name,
      withoutTypes(readFileSync(path, 'utf8')).replace(IMPORT, (all, before: string, quote: string, found: string) => {
        if (found.startsWith('node:')) return all;
        const vendored = VENDORED[found];
        if (vendored !== undefined) {
          packages.add(found);
          return `${before}${quote}${relative(dirname(name), `packages/${found}/${vendored.main}`).replaceAll('\\', '/')}${quote}`;
        }
        queue.push(localFile(path, found));
        return `${before}${quote}${found.replace(/\.ts$/, '.js')}${quote}`;
      }),
    );
  }
  for (const name of packages) for (const [path, text] of packageFiles(name)) files.set(path, text);
  return files;
}

/** Packages that programs may import: plain modules without imports of others; they go into the image as they are. */
const VENDORED: Readonly<Record<string, { folder: string; main: string }>> = {
  yaml: { folder: 'browser/dist', main: 'index.js' },
};

function packageFiles(name: string): [string, string][] {
  const entry = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const folder = join(dirname(entry), VENDORED[name]?.folder ?? '.');
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && file.name.endsWith('.js'),
  );
  return found.map(({ parentPath, name: file }) => {
    const path = join(parentPath, file);
    return [`packages/${name}/${inImage(relative(folder, path))}`, readFileSync(path, 'utf8')];
  });
}

/** Images are Linux: their paths have slashes, whatever this machine's have. */
function inImage(path: string): string {
  return path.replaceAll('\\', '/');
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
    hint: `Programs may import files of the project, node: modules, and ${Object.keys(VENDORED).join(', ')}.`,
  });
}
