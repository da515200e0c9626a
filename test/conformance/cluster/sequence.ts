interface Entry {
  t: number;
  text: string;
}

/** What an object went through, as recorded and as played. Times in seconds. */
export interface Sequence {
  name: string;
  expected: readonly Entry[];
  actual: readonly Entry[];
  /** How far apart the same entry may lie. */
  tolerance: number;
  /** True of moments whose result may be the one before or after a switch. */
  doubtful?: (t: number) => boolean;
}

/**
 * Says how the two differ, undefined if they do not: the same texts in the same order, each at the same time but for
 * the tolerance. What one of them has at the very end may lie beyond the other's.
 */
export function sameSequence(sequence: Sequence, duration: number): string | undefined {
  const { expected, actual, tolerance, doubtful } = sequence;
  const length = Math.max(expected.length, actual.length);
  for (let i = 0; i < length; i++) {
    const [wanted, got] = [expected[i], actual[i]];
    if (wanted === undefined || got === undefined) {
      const t = (wanted ?? got)?.t ?? 0;
      return t > duration - tolerance ? undefined : show(sequence, i, 'one side has no more');
    }
    if (wanted.text !== got.text) {
      const excused = doubtful?.(wanted.t) === true && doubtful(got.t);
      if (!excused && Math.min(wanted.t, got.t) <= duration - tolerance) return show(sequence, i, 'differs');
    }
    if (Math.abs(wanted.t - got.t) > tolerance) {
      if (Math.max(wanted.t, got.t) > duration - tolerance && wanted.text === got.text) return undefined;
      return show(sequence, i, `at another time (${(got.t - wanted.t).toFixed(3)} s)`);
    }
  }
  return undefined;
}

function show({ name, expected, actual }: Sequence, index: number, what: string): string {
  const line = (mark: string, entry: Entry | undefined, other: Entry | undefined) => {
    if (entry === undefined) return `    ${mark} (none)`;
    return `    ${mark} ${entry.t.toFixed(3)} ${other === undefined ? entry.text : shorten(entry.text, other.text)}`;
  };
  const lines = [`${name}: entry ${index + 1} of ${expected.length} (played: ${actual.length}) ${what}`];
  for (let i = Math.max(0, index - 1); i <= index + 1; i++) {
    if (expected[i] === undefined && actual[i] === undefined) continue;
    const mark = i === index ? '→' : ' ';
    if (i < index) lines.push(`  ${mark}${line('=', expected[i], undefined)} @ ${actual[i]?.t.toFixed(3)}`);
    else
      lines.push(
        `  ${mark}${line('recorded', expected[i], actual[i])}`,
        `  ${mark}${line('played  ', actual[i], expected[i])}`,
      );
  }
  return lines.join('\n');
}

/** Long texts: what both begin with is left out. */
function shorten(text: string, other: string): string {
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  const from = text.lastIndexOf(' ', Math.max(0, same - 1));
  return from > 60 ? `… ${text.slice(from + 1)}` : text;
}
