import { describe, expect, it } from 'vitest';
import { probelab } from './probelab.ts';

const FILE = 'scenarios/osm/liveness-restart.yaml';

describe('sweep', () => {
  it('a line for each combination; exit 1 if a run fails', async () => {
    const result = await probelab(['sweep', FILE, '--set', 'livenessProbe.failureThreshold=3,5', '--seeds', '1..2']);
    expect(result.code).toBe(1);
    expect(result.stderr).toBe(`4 runs of ${FILE}\n`);
    const [header = '', three = '', five = ''] = result.stdout.split('\n');
    expect(header).toMatch(/^livenessProbe\.failureThreshold +PASSED +RESTARTS +FIRST RESTART +READY +FIRST FAILURE$/);
    expect(three).toMatch(/^3 +2\/2 +1 +\+36\.\d+s/);
    expect(five).toMatch(/^5 +0\/2 +1 +\+48\.\d+s.* seed 1: FAIL liveness-restart: expected/);
  });

  it('-o json: every run with its values; exit 0 if all pass', async () => {
    const result = await probelab(['sweep', FILE, '--seeds', '1,2', '-o', 'json']);
    expect(result.code).toBe(0);
    const { kind, runs } = JSON.parse(result.stdout);
    expect(kind).toBe('Sweep');
    expect(runs.map((run: { seed: number; result: string }) => [run.seed, run.result])).toEqual([
      [1, 'pass'],
      [2, 'pass'],
    ]);
  });

  it('a value that the API refuses ends its run, not the others', async () => {
    const result = await probelab(['sweep', FILE, '--set', 'livenessProbe.failureThreshold=-1,3', '-o', 'json']);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout).runs.map((run: { result: string }) => run.result)).toEqual(['error', 'pass']);
  });

  it.each([
    [[], 'sweep needs something to vary'],
    [['--set', 'nope.x=1'], 'finds nothing to change'],
    [['--seeds', '0..999', '--set', 'livenessProbe.periodSeconds=1..20'], 'that would be 20000 runs'],
  ])('%j: exit 64', async (args, text) => {
    const result = await probelab(['sweep', FILE, ...args]);
    expect(result).toMatchObject({ code: 64, stdout: '' });
    expect(result.stderr).toContain(text);
  });
});
