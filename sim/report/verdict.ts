import { formatDuration } from '../core/duration.ts';
import type { Pod } from '../kube/objects.ts';
import { podSummary } from './kubectl/pod-status.ts';
import { findRestarts } from './restarts.ts';
import type { RunRecord } from './run-record.ts';

export interface Verdict {
  /** `done`: nothing was expected. `broken`: an invariant of the simulator did not hold. */
  result: 'pass' | 'fail' | 'done' | 'broken';
  /** One line, with the run's name. */
  text: string;
}

/** How a run ended, on one line: the first and the last thing a reader sees. */
export function verdictOf(record: RunRecord): Verdict {
  const { expectations, violations, name } = record;
  const broken = violations[0];
  if (broken !== undefined) {
    return {
      result: 'broken',
      text: `BROKEN ${name}: ${broken.rule} at +${formatDuration(broken.at)} (${broken.text})`,
    };
  }
  const failed = expectations.filter((expectation) => !expectation.ok);
  const story = whatHappened(record);
  if (failed.length > 0) {
    const instead = failed[0]?.actual === undefined ? '' : `, but ${failed[0].actual.split('\n')[0]}`;
    const count = failed.length === 1 ? '' : ` (and ${failed.length - 1} more)`;
    return { result: 'fail', text: `FAIL ${name}: expected ${failed[0]?.text}${instead}${count}` };
  }
  const trouble = record.facts.find((fact) => fact.kind === 'notice' && fact.level === 'error');
  if (trouble?.kind === 'notice') {
    // A step that could not be carried out: whatever was expected, it was expected of another story.
    return { result: 'fail', text: `FAIL ${name}: ${trouble.message} [${trouble.code}]` };
  }
  if (expectations.length === 0) return { result: 'done', text: `DONE ${name}: ${story}` };
  const met = expectations.length === 1 ? '1 expectation met' : `all ${expectations.length} expectations met`;
  return { result: 'pass', text: `PASS ${name}: ${met}; ${story}` };
}

/** The most telling sentence about a run: the restarts if there are any, else how its pods stand. */
function whatHappened(record: RunRecord): string {
  const restarts = findRestarts(record.facts);
  const [first] = restarts;
  if (first !== undefined) {
    const more = restarts.length === 1 ? '' : ` (${restarts.length} restarts in all)`;
    return `${first.text}${more}`;
  }
  const pods = record.objects.filter((object) => object.kind === 'Pod') as unknown as Pod[];
  if (pods.length === 0) return `no pods after ${formatDuration(record.endMs)}`;
  const shown = pods.slice(0, 3).map((pod) => {
    const { ready, status } = podSummary(pod, record.epochMs + record.endMs);
    return `pod/${pod.metadata.name} ${ready} ${status}`;
  });
  const more = pods.length > 3 ? ` and ${pods.length - 3} more` : '';
  return `${shown.join(', ')}${more} after ${formatDuration(record.endMs)}, no restarts`;
}

/** How several runs ended, counted: `3 scenarios: 2 passed, 1 failed`. */
export function verdictCounts(reports: readonly { verdict: Verdict }[]): string {
  const count = (result: Verdict['result']) => reports.filter(({ verdict }) => verdict.result === result).length;
  const parts = [
    [count('pass'), 'passed'],
    [count('done'), 'done (nothing expected)'],
    [count('fail'), 'failed'],
    [count('broken'), 'broken'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${reports.length} scenarios: ${told.join(', ')}`;
}
