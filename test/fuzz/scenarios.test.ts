import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, SEED } from './budget.ts';
import { type ScenarioDocument, scenarios, type Tier } from './draw/scenario.ts';
import { heldMB } from './heap.ts';
import { fileText, fromDocument, fromFile, play } from './play.ts';
import { differences, verdictOf } from './properties.ts';

/** Most are cheap: one small pod for a minute. */
const SHARES: Readonly<Record<Tier, number>> = { ladder: 0.9, lifecycle: 0.08, mesh: 0.02 };
/** Every so many scenarios one is played twice. */
const TWICE = 10;
const LARGEST_GROWTH_MB = 40;

/** Says what was drawn, so that a failure on another machine can be drawn again. */
function rerun(tier: Tier): string {
  return `FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS} npx vitest run --project fuzz -t ${tier}`;
}

/** The scenario as a file that \`probelab run\` plays, below what is wrong with its run. */
function story(problems: readonly string[], document: ScenarioDocument, tier: Tier): string {
  return [...problems.slice(0, 10), `again: ${rerun(tier)}`, '# fuzzed.yaml', fileText(document)].join('\n');
}

describe(`random scenarios, seed ${SEED}`, () => {
  it.each(Object.keys(SHARES) as Tier[])('%s', async (tier) => {
    const numRuns = Math.max(1, Math.round(RUNS * SHARES[tier]));
    const before = heldMB();
    let [played, refused, facts] = [0, 0, 0];
    const property = fc.asyncProperty(scenarios(tier), async (document) => {
      const verdict = await verdictOf(document, played % TWICE === 0).catch((error: Error) => ({
        problems: [`threw ${error.stack}`],
        facts: 0,
        refused: false,
      }));
      played++;
      facts += verdict.facts;
      if (verdict.refused) refused++;
      if (verdict.problems.length > 0) throw new Error(story(verdict.problems, document, tier));
    });
    const options = { numRuns, seed: SEED, interruptAfterTimeLimit: 1_500_000, markInterruptAsFailure: true };
    await fc.assert(property, options);
    const grownMB = heldMB() - before;
    console.log(
      `${tier}: ${played} scenarios, ${facts} facts, ${refused} refused, ${grownMB.toFixed(0)} MB grown; again: ${rerun(tier)}`,
    );
    expect(grownMB).toBeLessThan(LARGEST_GROWTH_MB);
    // A step that finds no pod ends a run: few do, or little is tested.
    expect(refused / played).toBeLessThan(0.25);
    expect(facts / played).toBeGreaterThan(20);
  });

  it.each(Object.keys(SHARES) as Tier[])('%s: the printed file plays as what was drawn', async (tier) => {
    const property = fc.asyncProperty(scenarios(tier), async (document) => {
      expect(differences(await play(fromDocument(document)), await play(fromFile(document)))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 30, seed: SEED });
  });
});
