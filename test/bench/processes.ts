import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Figure } from './figure.ts';

const root = path.resolve(import.meta.dirname, '../..');
const RUNS = 7;

/** The median wall time of a command as a process of its own, in ms. */
function median(args: string[]): number {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const startedAt = performance.now();
    const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
    times.push(performance.now() - startedAt);
    if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}`);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

/** The command as users start it from the package: compiled, without npm in front. */
export function processFigures(): Figure[] {
  const cli = 'dist/cli/main.js';
  return [
    { name: 'probelab --help', value: median([cli, '--help']), unit: 'ms', budget: 100 },
    {
      name: 'probelab run, a 90 s scenario',
      value: median([cli, 'run', 'scenarios/osm/liveness-restart.yaml']),
      unit: 'ms',
      budget: 300,
    },
  ];
}
