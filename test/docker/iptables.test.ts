import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { describeDocker, ensureImages } from './engine.ts';
import { playInKernel } from './iptables/kernel.ts';
import { playInModel } from './iptables/model.ts';
import { ruleCase } from './iptables/rule-sets.ts';

/** Rule sets that are tried, and what they are drawn from. */
const CASES = Number(process.env.IPTABLES_CASES ?? 150);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);

describeDocker('iptables: the interpreter and the kernel', () => {
  beforeAll(() => ensureImages(['pause', 'net']));

  it('connections end in the same place', { timeout: 180_000 }, async () => {
    const cases = fc.sample(ruleCase, { numRuns: CASES, seed: SEED });
    const { network, ends } = await playInKernel(cases);
    const inOurs = (text: string) => text.replaceAll(`10.244.${network}.`, '10.244.0.');
    const differences = cases.flatMap((item, i) => {
      const kernel = ends[i]?.map(inOurs);
      const model = playInModel(item);
      if (kernel === undefined || model === undefined) {
        return kernel === model ? [] : [`${item.rules}loaded by the ${kernel === undefined ? 'model' : 'kernel'} only`];
      }
      return item.connections.flatMap((connection, j) =>
        kernel[j] === model[j]
          ? []
          : [`${item.rules}${JSON.stringify(connection)}: kernel ${kernel[j]}, model ${model[j]}`],
      );
    });
    expect(differences, `rule sets of FUZZ_SEED=${SEED}`).toEqual([]);
    // Not vacuous: rules were loaded, and connections were turned and let through.
    const all = ends.flatMap((end) => end ?? []);
    expect(all.length).toBeGreaterThan(CASES * 5);
    for (const port of [15001, 15003]) expect(all.some((end) => end === `127.0.0.1:${port}`)).toBe(true);
    expect(all).toContain('refused');
  });
});
