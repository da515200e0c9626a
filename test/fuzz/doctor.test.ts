import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../sim/core/random.ts';
import { diagnose } from '../../sim/doctor/doctor.ts';
import { osmDoctor } from '../../sim/doctor/osm/osm-doctor.ts';
import { readObjects } from '../../sim/doctor/read-objects.ts';
import { meshedRun } from '../doctor/meshed-run.ts';
import { SEED } from './budget.ts';

const OTHERS = [null, 7, -1, 1e99, '', 'x', 'openservicemesh.io', true, [], {}, [null], [7], { a: 1 }];

/** Puts other values into an object, or takes fields away, at places that `draw` chooses. */
function spoil(value: unknown, draw: () => number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const key of Object.keys(value)) {
    const fields = value as Record<string, unknown>;
    const chance = draw();
    if (chance < 0.02) fields[key] = OTHERS[Math.floor(draw() * OTHERS.length)];
    else if (chance < 0.03) delete fields[key];
    else spoil(fields[key], draw);
  }
  return value;
}

it('the doctor finds something to say about whatever objects, 10,000 times, and never throws', async () => {
  const { objects, events } = await meshedRun();
  const all = [...objects, ...events];
  let read = 0;
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom('run', 'files', 'cluster'), (seed, origin) => {
      const random = new Random(seed);
      const draw = () => random.next();
      const items = Array.from({ length: 1 + Math.floor(draw() * 12) }, () =>
        spoil(JSON.parse(JSON.stringify(all[Math.floor(draw() * all.length)])), draw),
      );
      const parts = readObjects(JSON.parse(JSON.stringify({ kind: 'List', items })));
      read += parts.objects.length;
      const diagnosis = diagnose(osmDoctor, { origin, objects: parts.objects, events: parts.events, logs: [] }, 'fuzz');
      expect(diagnosis.checks.length).toBeGreaterThan(0);
    }),
    { numRuns: 10_000, seed: SEED },
  );
  expect(read).toBeGreaterThan(10_000);
});
