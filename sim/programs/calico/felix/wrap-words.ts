/** What one line that is longer than the limit costs more than one that is shorter. */
const TOO_LONG = 100_000;

/**
 * A text in lines as even as can be, none longer than `limit` unless a word is. Line ends in it are spaces.
 * Models olekukonko/tablewriter v0.0.5 WrapString.
 */
export function wrapWords(text: string, limit: number): string[] {
  if (text.length <= limit && !text.includes('\n')) return [text];
  const words = text.replaceAll('\n', ' ').split(' ');
  const most = Math.max(limit, ...words.map((word) => word.length));
  const width = (from: number, to: number) => words.slice(from, to).join(' ').length;
  // From the last word backwards: where the first line of what is left ends best, and what that costs.
  const ends = words.map(() => words.length);
  const costs = words.map(() => Number.POSITIVE_INFINITY);
  for (let from = words.length - 1; from >= 0; from--) {
    if (width(from, words.length) <= most) costs[from] = 0;
    else {
      for (let to = from + 1; to < words.length; to++) {
        const left = most - width(from, to);
        const cost = left * left + (costs[to] ?? 0) + (left < 0 ? TOO_LONG : 0);
        if (cost < (costs[from] ?? 0)) [costs[from], ends[from]] = [cost, to];
      }
    }
  }
  const lines: string[] = [];
  for (let from = 0; from < words.length; from = ends[from] ?? words.length) {
    lines.push(words.slice(from, ends[from]).join(' '));
  }
  return lines;
}
