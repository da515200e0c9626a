import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type Figure, medianOf } from './figure.ts';

const root = path.resolve(import.meta.dirname, '../..');
const RUNS = 11;

/** Wall times of a command as a process of its own, in ms. The first one, which fills Node's compile cache, is left out. */
function wallTimes(args: string[]): number[] {
  const times: number[] = [];
  for (let i = 0; i <= RUNS; i++) {
    const startedAt = performance.now();
    const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
    times.push(performance.now() - startedAt);
    if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}`);
  }
  return times.slice(1);
}

/** The command as it is installed: what the build made, without npm in front. From sources it takes longer. */
export function processFigures(): Figure[] {
  const cli = 'dist/cli/main.js';
  return [
    { name: 'probelab --help (dist)', ...medianOf(wallTimes([cli, '--help'])), unit: 'ms', budget: 100 },
    {
      name: 'probelab run, a 90 s scenario (dist)',
      ...medianOf(wallTimes([cli, 'run', 'scenarios/osm/liveness-restart.yaml'])),
      unit: 'ms',
      budget: 300,
    },
  ];
}
