import { readFileSync } from 'node:fs';
import path from 'node:path';
import { globSync } from 'tinyglobby';
import { ROOMS } from './rooms.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The room of a file: the longest name in the graph that its path begins with. */
function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(source: string): { specifier: string; line: number }[] {
  const found: { specifier: string; line: number }[] = [];
  for (const match of source.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|^\s*import\s+'([^']+)'/gm,
  )) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    found.push({
      specifier,
      line: source.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0),
    });
  }
  return found;
}

/** What would make a run depend on more than its file and seed. */
const UNREPEATABLE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/;

function unrepeatable(file: string, source: string): string[] {
  if (!file.startsWith('sim/') || isTestFile(file)) return [];
  const lines = source.split('\n');
  return lines.flatMap((line, index) => {
    const found = UNREPEATABLE.exec(line.replace(/\/\/.*$/, ''));
    return found === null ? [] : [`${file}:${index + 1}: sim/ uses ${found[0]}: take the run's Clock or Random`];
  });
}

function isTestFile(file: string): boolean {
  return file.endsWith('.test.ts') || file.endsWith('.fixture.ts');
}

function violationsOf(file: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  const allowed = ROOMS[room] ?? [];
  const isTest = isTestFile(file);
  const source = readFileSync(path.join(root, file), 'utf8');
  const violations: string[] = unrepeatable(file, source);
  for (const { specifier, line } of importsOf(source)) {
    const place = `${file}:${line}`;
    if (!specifier.startsWith('.')) {
      if (room.startsWith('sim') && specifier.startsWith('node:') && !isTest)
        violations.push(`${place}: sim/ imports ${specifier}`);
      continue;
    }
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
    const targetRoom = roomOf(target);
    if (targetRoom === undefined || targetRoom === room || isTest) continue;
    // A room may import the composition root only if the graph says so by name.
    const reachable = allowed.some((name) => target === name || target.startsWith(`${name}/`));
    if (!reachable) violations.push(`${place}: ${room} may not import ${targetRoom} (${specifier})`);
  }
  return violations;
}

const files = globSync(['{sim,containers,testing,cli,build,test}/**/*.ts', 'index.ts'], {
  cwd: root,
  ignore: ['**/*.d.ts'],
});
const violations = files.sort().flatMap(violationsOf);
for (const violation of violations) console.error(violation);
console.log(`import graph: ${files.length} files, ${violations.length} violations`);
process.exitCode = violations.length === 0 && files.length > 0 ? 0 : 1;
