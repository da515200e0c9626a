import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory } from '../kube/fact.ts';
import type { ResultUpdate } from './ports.ts';
import { createProbeResults } from './results.ts';

const OWNER = { pod: { namespace: 'default', name: 'web', uid: 'uid-1' }, container: 'app' };

function setUp() {
  const clock = new VirtualClock();
  const history = createHistory({ clock });
  const updates: ResultUpdate[] = [];
  const results = createProbeResults({ clock, history, onUpdate: (update) => updates.push(update) });
  return { clock, history, updates, results };
}

describe('ResultsManager', () => {
  it('tells a new value later in the same millisecond, never from within set', () => {
    const { clock, updates, results } = setUp();
    clock.runUntil(5);
    results.liveness.set('test://1', 'Success', OWNER);
    expect(results.liveness.get('test://1')).toBe('Success');
    expect(updates).toEqual([]);
    clock.runUntil(5);
    expect(updates).toEqual([
      {
        podUID: 'uid-1',
        container: 'app',
        containerID: 'test://1',
        probe: 'liveness',
        result: 'Success',
        previous: undefined,
      },
    ]);
  });

  it('tells each change in order, and an equal value not at all', () => {
    const { clock, updates, results } = setUp();
    for (const result of ['Failure', 'Failure', 'Success', 'Failure'] as const)
      results.readiness.set('test://1', result, OWNER);
    clock.runUntil(0);
    expect(updates.map(({ result, previous }) => [previous, result])).toEqual([
      [undefined, 'Failure'],
      ['Failure', 'Success'],
      ['Success', 'Failure'],
    ]);
  });

  it('removes silently, and the next value is a first one again', () => {
    const { clock, updates, results, history } = setUp();
    results.startup.set('test://1', 'Success', OWNER);
    results.startup.remove('test://1', OWNER);
    results.startup.remove('test://1', OWNER);
    expect(results.startup.get('test://1')).toBeUndefined();
    results.startup.set('test://1', 'Success', OWNER);
    clock.runUntil(0);
    expect(updates.map(({ previous }) => previous)).toEqual([undefined, undefined]);
    expect(history.facts.map(({ kind }) => kind)).toEqual(['result', 'result-removed', 'result']);
  });

  it('keeps the three types of probes apart', () => {
    const { results } = setUp();
    results.liveness.set('test://1', 'Failure', OWNER);
    expect(results.readiness.get('test://1')).toBeUndefined();
    expect(results.startup.get('test://1')).toBeUndefined();
  });
});
