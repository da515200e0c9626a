import { describe, expect, it } from 'vitest';
import type { TraceEntry } from './scenario.ts';
import { canonical, comparable, differingFields, firstDifference, truncatedAt } from './trace.ts';

const probe = (t: number, c = 'app'): TraceEntry => ({
  t,
  k: 'probe',
  c,
  probe: 'liveness',
  outcome: 'success',
  end: t + 5,
});
const status = (t: number, phase: string): TraceEntry => ({ t, k: 'status', phase, cs: [], conds: {} });

describe('canonical', () => {
  it('sorts within a millisecond only, and keeps its last status', () => {
    const trace = [status(1, 'Pending'), probe(1, 'b'), status(1, 'Running'), probe(1, 'a'), probe(0, 'z')];
    expect(canonical(trace)).toEqual([probe(1, 'a'), probe(1, 'b'), status(1, 'Running'), probe(0, 'z')]);
  });
});

describe('comparable', () => {
  it("leaves out the emulation's own entries and what lies past the end", () => {
    const sync: TraceEntry = { t: 1, k: 'sync' };
    expect(comparable([sync, probe(2), probe(10)], 10)).toEqual([probe(2)]);
  });

  it('takes an absent message as an empty one', () => {
    expect(comparable([{ t: 1, k: 'event', c: 'app' }], 10)).toEqual([{ t: 1, k: 'event', c: 'app', message: '' }]);
  });
});

describe('firstDifference', () => {
  it('sees a millisecond, a missing and a surplus entry', () => {
    expect(firstDifference([probe(1), probe(2)], [probe(1), probe(2)])).toBeUndefined();
    expect(firstDifference([probe(1), probe(2)], [probe(1), probe(3)])).toBe(1);
    expect(firstDifference([probe(1), probe(2)], [probe(1)])).toBe(1);
    expect(firstDifference([], [probe(1)])).toBe(0);
  });
});

describe('differingFields', () => {
  it('names the place', () => {
    expect(differingFields({ cs: [{ ready: true }] }, { cs: [{ ready: false }] })).toEqual([
      'cs[0].ready: expected true, got false',
    ]);
  });
});

describe('truncatedAt', () => {
  it('is where the recorder gave up', () => {
    expect(truncatedAt([probe(1), { t: 7, k: 'op', op: 'TRUNCATED' }])).toBe(7);
    expect(truncatedAt([probe(1)])).toBeUndefined();
  });
});
