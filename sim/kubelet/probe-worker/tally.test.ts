import { describe, expect, it } from 'vitest';
import type { ProbeType } from '../../kube/fact.ts';
import { NO_RUN, type Run, type Tally, tally } from './tally.ts';

const SPEC = { successThreshold: 2, failureThreshold: 3 };

function count(results: string, probe: ProbeType, spec = SPEC): Tally[] {
  let run: Run = NO_RUN;
  return [...results].map((letter) => {
    const next = tally(run, letter === 'S' ? 'Success' : 'Failure', spec, probe);
    run = next;
    return next;
  });
}

describe('tally', () => {
  it('publishes a failure from the failure threshold on', () => {
    expect(count('FFFF', 'readiness').map(({ publish }) => publish)).toEqual([false, false, true, true]);
  });

  it('publishes a success from the success threshold on', () => {
    expect(count('FSS', 'readiness').map(({ publish }) => publish)).toEqual([false, false, true]);
  });

  it('starts a new run with every change', () => {
    expect(count('FFSFFF', 'readiness').map(({ resultRun }) => resultRun)).toEqual([1, 2, 1, 1, 2, 3]);
  });

  it('counts the very first success as the first of its run', () => {
    expect(count('S', 'readiness')[0]).toMatchObject({ lastResult: 'Success', resultRun: 1 });
  });

  it.each<[ProbeType, string, boolean]>([
    ['liveness', 'FFF', true],
    ['liveness', 'SS', false],
    ['startup', 'FFF', true],
    ['startup', 'SS', true],
    ['readiness', 'FFF', false],
    ['readiness', 'SS', false],
  ])('%s after %s holds: %s, and the run starts again exactly then', (probe, results, onHold) => {
    const last = count(results, probe).at(-1);
    expect(last?.onHold).toBe(onHold);
    expect(last?.resultRun === 0).toBe(onHold);
  });

  it('falls back to the defaults of the API: 1 success, 3 failures', () => {
    expect(count('S', 'liveness', {} as typeof SPEC)[0]?.publish).toBe(true);
    expect(count('FF', 'liveness', {} as typeof SPEC).at(-1)?.publish).toBe(false);
    expect(count('FFF', 'liveness', {} as typeof SPEC).at(-1)?.publish).toBe(true);
  });
});
