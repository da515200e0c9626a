import type { KubeletProfile } from '../../../sim/kubelet/profiles.ts';
import { readCases } from '../golden.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';
import { jitterFromTrace } from './jitter.ts';
import type { ProberCase, TraceEntry } from './scenario.ts';
import { sideBySide } from './side-by-side.ts';
import { canonical, comparable, describe, differingFields, firstDifference, truncatedAt } from './trace.ts';
import { World } from './world.ts';

/** Plays recordings end to end with a release's profile and compares them to the millisecond. */
export function createProberSuite(name: string, about: string, profile: KubeletProfile): Suite {
  return {
    name,
    about,
    async *run(files, options) {
      for (const file of files) {
        for (const recorded of readCases<ProberCase>(file)) {
          if (options.caseName !== undefined && recorded.scenario.name !== options.caseName) continue;
          yield play(recorded, profile, options);
        }
      }
    },
  };
}

function play({ scenario, trace }: ProberCase, profile: KubeletProfile, options: SuiteOptions): CaseResult {
  const world = new World({ scenario, profile, jitterMs: jitterFromTrace(trace) });
  const endMs = Math.min(scenario.durationMs, truncatedAt(trace) ?? Number.POSITIVE_INFINITY);
  const expected = comparable(canonical(trace), endMs);
  const got = comparable(canonical(world.run()), endMs);
  const at = firstDifference(expected, got);
  const name = scenario.name;
  if (at === undefined) {
    return { name, status: 'passed', ...(options.sideBySide ? { difference: sideBySide(expected, got) } : {}) };
  }
  if (options.sideBySide) return { name, status: 'failed', difference: sideBySide(expected, got) };
  return { name, status: 'failed', difference: explain(expected[at], got[at]) };
}

function explain(expected: TraceEntry | undefined, got: TraceEntry | undefined): string {
  const lines = [`at ${expected?.t ?? got?.t} ms`, `expected ${describe(expected)}`, `got      ${describe(got)}`];
  if (expected !== undefined && expected.k === got?.k) lines.push(...differingFields(expected, got));
  return lines.join('\n');
}
