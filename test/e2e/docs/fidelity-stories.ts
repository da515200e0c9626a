import { knownFailures } from '../../conformance/known.ts';

/**
 * docs/FIDELITY.md with each recorded story where it belongs: among what shows a row if it holds, else in the row's
 * status, which then says that it differs.
 */
export function withStories(page: string): string {
  const known = knownFailures('cluster');
  return page
    .split('\n')
    .map((line) => (line.startsWith('| ') && !line.startsWith('| # |') ? rowWithStories(line, known) : line))
    .join('\n');
}

function rowWithStories(line: string, known: ReadonlyMap<string, string>): string {
  const cells = line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
  const [, , status = '', , shownBy = ''] = cells;
  const [model = '', differing = ''] = status.split(/; stor(?:y|ies) /);
  const evidence = shownBy.split(/;(?![^“]*”)/).map((part) => part.trim());
  const holding = evidence.flatMap((part) => /^`cluster\/(.+)`$/.exec(part)?.[1] ?? []);
  const stories = [...holding, ...[...differing.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)];
  if (stories.length === 0) return line;
  const bad = stories.filter((name) => known.has(name)).map((name) => `\`${name}\``);
  const good = stories.filter((name) => !known.has(name)).map((name) => `\`cluster/${name}\``);
  const others = evidence.filter((part) => !part.startsWith('`cluster/') && part !== 'not tested');
  const tail =
    bad.length === 0 ? '' : bad.length === 1 ? `; story ${bad[0]} differs` : `; stories ${bad.join(', ')} differ`;
  cells[2] = `${model}${tail}`;
  cells[4] = [...others, ...good].join('; ') || 'not tested';
  return `| ${cells.join(' | ')} |`;
}
