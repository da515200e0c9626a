import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { temporaryFolder } from '../probelab.ts';

/** Pages whose output blocks are made by running the command above them. */
export const PAGES: readonly string[] = [
  'README.md',
  'docs/probes.md',
  'docs/osm.md',
  'docs/nacos.md',
  'docs/calico.md',
];

const BLOCK = /(<!-- \$ (.+?) -->\n```\w*\n)([\s\S]*?)(```)/g;

/** A page with every block below `<!-- $ command -->` replaced by what that command prints now. */
export function refreshed(file: string): string {
  const folder = temporaryFolder();
  try {
    return readFileSync(file, 'utf8').replace(BLOCK, (_, head: string, command: string, __: string, end: string) => {
      return `${head}${output(command, folder.path)}${end}`;
    });
  } finally {
    folder.remove();
  }
}

/**
 * Standard output of a shell line in which `probelab` is this program, and `timeline FILE` runs a scenario, which must
 * pass, and draws it. Runs of one page see each other.
 */
function output(command: string, outputDir: string): string {
  const prelude = `probelab() { "${process.execPath}" cli/main.ts --output-dir "${outputDir}" "$@"; }
timeline() { probelab run "$1" --quiet > "${outputDir}/verdict" && probelab timeline --width 80; }`;
  const environment = { ...process.env, NO_COLOR: '1', COLUMNS: '100', LC_ALL: 'C.UTF-8' };
  const printed = execFileSync('bash', ['-c', `${prelude}\n${command}`], {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return printed
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n*$/, '\n');
}

/**
 * What must not change unseen in a page: which marks a lane has, in which order; every other text with its moments,
 * counts of milliseconds and generated names left out. A model that gets more exact moves marks by a column every day.
 */
export function essence(page: string): string {
  return page.split('\n').map(lineEssence).join('\n');
}

function lineEssence(line: string): string {
  const lane = /^ (\S+) .*[▏─█✓✗]/.exec(line);
  if (lane !== null) return `${lane[1]} ${[...line.matchAll(/[✓✗→█░]+/g)].map(([marks]) => marks[0]).join('')}`;
  if (/^ +0s( +\S+)+$/.test(line)) return '';
  return line
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replace(/\d+(\.\d+)?(ms|s|m|h)(?=[\d\s,;:)]|$)/g, 'T')
    .replace(/T+/g, 'T')
    .replace(/\s+|-{2,}/g, ' ');
}
