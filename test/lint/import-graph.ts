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
  for (const match of source.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|^\s*import\s+'([^']+)'/gm)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    found.push({ specifier, line: source.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0) });
  }
  return found;
}

function violationsOf(file: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  const allowed = ROOMS[room] ?? [];
  const isTest = file.endsWith('.test.ts');
  const violations: string[] = [];
  for (const { specifier, line } of importsOf(readFileSync(path.join(root, file), 'utf8'))) {
    const place = `${file}:${line}`;
    if (!specifier.startsWith('.')) {
      if (room.startsWith('sim') && specifier.startsWith('node:') && !isTest) violations.push(`${place}: sim/ imports ${specifier}`);
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

const files = globSync(['{sim,containers,testing,cli,test}/**/*.ts', 'index.ts'], { cwd: root, ignore: ['**/*.d.ts'] });
const violations = files.sort().flatMap(violationsOf);
for (const violation of violations) console.error(violation);
console.log(`import graph: ${files.length} files, ${violations.length} violations`);
process.exitCode = violations.length === 0 && files.length > 0 ? 0 : 1;
