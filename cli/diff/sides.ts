import { LabError } from '../../sim/core/errors.ts';
import { KUBELET_PROFILES } from '../../sim/kubelet/profiles.ts';
import type { RuntimeName } from '../../sim/scenario/scenario.ts';
import type { LoadedScenario } from '../load-all.ts';
import { err } from '../streams.ts';

/** One of the two ways to play a file. */
export interface Side {
  /** As it is told: `kubelet 1.36`, `docker`. */
  name: string;
  runtime: RuntimeName;
  kubelet?: string;
}

/**
 * Leaves out what is not meant for one of the runtimes, and says so.
 * @throws LabError USAGE if nothing is left.
 */
export function playableOnBoth(loaded: readonly LoadedScenario[], sides: readonly [Side, Side]): LoadedScenario[] {
  const fits = ({ scenario }: LoadedScenario) => sides.every(({ runtime }) => scenario.runtimes.includes(runtime));
  const left = loaded.filter((one) => !fits(one)).map(({ scenario }) => scenario.file);
  const names = [...new Set(sides.map(({ runtime }) => runtime))].join(' and ');
  if (left.length === loaded.length) {
    throw new LabError('USAGE', `${left.join(', ')} cannot be played on ${names}`, {
      hint: 'The scenario says so in spec.runtimes.',
    });
  }
  if (left.length > 0) err(`Left out, not meant for ${names}: ${left.join(', ')}\n`);
  return loaded.filter(fits);
}

/** `--kubelet 1.34..1.36` (the default), or `--runtimes virtual..docker`. */
export function sidesOf({ kubelet, runtimes }: { kubelet?: string; runtimes?: string }): readonly [Side, Side] {
  if (runtimes !== undefined && kubelet !== undefined) {
    throw new LabError('USAGE', 'give --kubelet or --runtimes, not both', { hint: 'One difference at a time.' });
  }
  if (runtimes !== undefined) {
    const [before, after] = pairOf(runtimes, '--runtimes', 'two runtimes', ['virtual', 'docker']);
    return [
      { name: before, runtime: before as RuntimeName },
      { name: after, runtime: after as RuntimeName },
    ];
  }
  const known = Object.keys(KUBELET_PROFILES);
  const [before, after] = pairOf(kubelet ?? '1.34..1.36', '--kubelet', 'two versions that are modelled', known);
  return [
    { name: `kubelet ${before}`, runtime: 'virtual', kubelet: before },
    { name: `kubelet ${after}`, runtime: 'virtual', kubelet: after },
  ];
}

/** `A..B`. */
function pairOf(range: string, flag: string, what: string, known: readonly string[]): readonly [string, string] {
  const [before = '', after = '', ...more] = range.split('..');
  if (more.length > 0 || !known.includes(before) || !known.includes(after)) {
    throw new LabError('USAGE', `${flag} needs ${what}, not "${range}"`, {
      hint: `Such as ${known[0]}..${known.at(-1)}; there are ${known.join(', ')}.`,
    });
  }
  return [before, after];
}
