/** Something that happened: a text and when, run time in ms. */
export interface Moment {
  at: number;
  text: string;
}

/** A moment that only one of two runs has, or that both have at times that differ. */
export type Difference =
  | { change: 'removed' | 'added'; at: number; text: string }
  | { change: 'moved'; at: number; to: number; text: string };

/** Above so many comparisons the middle is matched by exact time and text only. */
const LARGEST_TABLE = 4_000_000;

type Pair = readonly [Moment, Moment];
type Same = (one: Moment | undefined, two: Moment | undefined) => boolean;

/** How far apart moments may be and still be the same, ms; for some a share of the moment itself. */
export type Tolerance = number | ((ms: number) => number);

/** Two sequences side by side. */
export interface Comparison {
  differences: readonly Difference[];
  /** The moments that both have, with how much later the second has them, ms. */
  same: readonly { at: number; text: string; later: number }[];
}

/**
 * What must be taken out of `before` and put in to get `after`, in the order of time. Moments are the same if their
 * texts are and they are at most the tolerance apart; what is left over with the same text has moved.
 */
export function compareSequences(
  before: readonly Moment[],
  after: readonly Moment[],
  tolerance: Tolerance,
): Comparison {
  const limit = typeof tolerance === 'number' ? () => tolerance : tolerance;
  const pairs = matching(before, after, (one, two) => {
    return (
      one !== undefined && two !== undefined && one.text === two.text && Math.abs(one.at - two.at) <= limit(one.at)
    );
  });
  const matched = new Set(pairs.flat());
  const added = after.filter((moment) => !matched.has(moment));
  const differences = before
    .filter((moment) => !matched.has(moment))
    .map(({ at, text }): Difference => {
      const index = added.findIndex((other) => other.text === text);
      const [other] = index < 0 ? [] : added.splice(index, 1);
      return other === undefined ? { change: 'removed', at, text } : { change: 'moved', at, to: other.at, text };
    });
  const news = added.map(({ at, text }): Difference => ({ change: 'added', at, text }));
  return {
    differences: [...differences, ...news].sort((a, b) => a.at - b.at),
    same: pairs.map(([{ at, text }, other]) => ({ at, text, later: other.at - at })),
  };
}

/** A longest common subsequence; beginnings and ends that are the same anyway are not searched. */
function matching(before: readonly Moment[], after: readonly Moment[], same: Same): Pair[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && same(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const one = before.slice(head, before.length - tail);
  const two = after.slice(head, after.length - tail);
  const middle = one.length * two.length <= LARGEST_TABLE ? longest(one, two, same) : simultaneous(one, two);
  const ends = [...before.slice(0, head), ...before.slice(before.length - tail)];
  const others = [...after.slice(0, head), ...after.slice(after.length - tail)];
  return [...ends.map((moment, i): Pair => [moment, others[i] as Moment]), ...middle];
}

function longest(one: readonly Moment[], two: readonly Moment[], same: Same): Pair[] {
  const width = two.length + 1;
  const lengths = new Uint32Array((one.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = two.length - 1; j >= 0; j--) {
      const longer = Math.max(at(i + 1, j), at(i, j + 1));
      lengths[i * width + j] = same(one[i], two[j]) ? at(i + 1, j + 1) + 1 : longer;
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < one.length && j < two.length; ) {
    if (same(one[i], two[j])) pairs.push([one[i++] as Moment, two[j++] as Moment]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

function simultaneous(one: readonly Moment[], two: readonly Moment[]): Pair[] {
  const key = ({ at, text }: Moment) => `${at} ${text}`;
  const left = new Map<string, Moment[]>();
  for (const moment of two) {
    const list = left.get(key(moment));
    if (list === undefined) left.set(key(moment), [moment]);
    else list.push(moment);
  }
  return one.flatMap((moment): Pair[] => {
    const other = left.get(key(moment))?.shift();
    return other === undefined ? [] : [[moment, other]];
  });
}
