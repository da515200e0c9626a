import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProbeType } from '../../kube/fact.ts';
import { type Answer, WorkerStory } from './worker-story.fixture.ts';

interface Plan {
  probe: ProbeType;
  periodSeconds: number;
  initialDelaySeconds: number;
  successThreshold: number;
  failureThreshold: number;
  answers: Answer[];
  /** Moments at which a readiness run is asked for. */
  triggers: number[];
}

const END = 60_000;
const INITIAL = { readiness: 'Failure', liveness: 'Success', startup: 'Unknown' };

/** The worker's rules once more, as one loop over time without machine, ticker or ladder: one instance that started at 0. */
function reference(plan: Plan): string[] {
  const { probe, answers, failureThreshold, successThreshold } = plan;
  const period = plan.periodSeconds * 1000;
  const log = [`0 ${INITIAL[probe]}`];
  const triggers = [...plan.triggers].sort((a, b) => a - b);
  let value = INITIAL[probe];
  let now = 0;
  let next = period;
  let [last, run] = ['Success', 0];
  for (let index = 0, held = false; now <= END; ) {
    if (!held && now >= plan.initialDelaySeconds * 1000) {
      log.push(`${now} probe`);
      const { outcome, durationMs } = answers[index++ % answers.length] as Answer;
      now += durationMs;
      if (outcome !== 'error') {
        [last, run] = [outcome, last === outcome ? run + 1 : 1];
        if (run >= (outcome === 'Failure' ? failureThreshold : successThreshold)) {
          if (value !== outcome) log.push(`${now} ${outcome}`);
          value = outcome;
          held = probe === 'startup' || (probe === 'liveness' && outcome === 'Failure');
          if (held) run = 0;
        }
      }
    }
    // Of what came during the run the trigger is taken first; all other triggers of that time are lost.
    const during = triggers.filter((at) => at <= now);
    triggers.splice(0, during.length);
    if (during.length > 0) {
      next = now + period;
    } else if (next <= now) {
      while (next <= now) next += period;
    } else if ((triggers[0] ?? Number.POSITIVE_INFINITY) < next) {
      now = triggers.shift() as number;
      next = now + period;
    } else {
      now = next;
      next += period;
    }
  }
  return log.filter((line) => Number.parseInt(line, 10) <= END);
}

// Even durations and odd triggers: what happens in one millisecond is not this test's matter.
const answer = fc.record({
  outcome: fc.constantFrom<Answer['outcome']>('Success', 'Failure', 'error'),
  durationMs: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 500, max: 8000 })).map((ms) => ms * 2),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  probe: fc.constantFrom<ProbeType>('startup', 'liveness', 'readiness'),
  periodSeconds: fc.integer({ min: 1, max: 12 }),
  initialDelaySeconds: fc.integer({ min: 0, max: 20 }),
  successThreshold: fc.integer({ min: 1, max: 3 }),
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 12 }),
  triggers: fc.uniqueArray(
    fc.integer({ min: 1, max: 29_000 }).map((ms) => ms * 2 + 1),
    { maxLength: 6 },
  ),
});

it('does what a plain loop over time does, whatever the probes answer', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { probe, answers, triggers, ...spec } = plan;
      const story = new WorkerStory({ probe, spec, answer: (index) => answers[index % answers.length] as Answer });
      for (const at of triggers) story.at(at, () => story.worker.send({ type: 'trigger' }));
      expect(story.until(END)).toEqual(reference(plan));
    }),
    { numRuns: 400, seed: 7 },
  );
});
