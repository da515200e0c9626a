import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../sim/run-scenario.ts';
import { withoutProbes } from '../../sim/scenario/without-probes.ts';
import { findScenarios, readScenario } from '../../testing/vitest.ts';

describe('with its probes switched off, some expectation fails of', () => {
  test.each(findScenarios('scenarios/**').map((file) => relative(process.cwd(), file)))('%s', async (file) => {
    const { expectations } = await runScenario(withoutProbes(readScenario(file)));
    expect(expectations.filter(({ ok }) => !ok)).not.toEqual([]);
  });
});
