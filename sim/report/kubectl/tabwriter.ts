export interface TabwriterOptions {
  /** Cells are at least this wide, padding included. */
  minWidth: number;
  /** Blanks after the longest cell of a column. */
  padding: number;
  /**
   * Widths of earlier texts of the same writer, changed by every call: columns never get narrower again. Go's
   * RememberWidths, which a watch shows.
   */
  remembered?: number[];
}

/** `kubectl describe`: tabwriter.Init(out, 0, 8, 2, ' ', 0). */
export const DESCRIBE_TABS: TabwriterOptions = { minWidth: 0, padding: 2 };
/** `kubectl get` and `kubectl events`: 6, 4, 3. */
export const GET_TABS: TabwriterOptions = { minWidth: 6, padding: 3 };

/**
 * Aligns the tab-terminated cells of `text` as Go's tabwriter does: a column is a run of neighbouring lines that
 * have a tab-terminated cell in that place; the last cell of a line, which no tab ends, never widens a column.
 * Models text/tabwriter Writer.format with blanks as padding.
 */
export function tabulate(text: string, options: TabwriterOptions): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[] = [];
  const out: string[] = [];
  formatLines(lines, 0, lines.length, widths, options, out);
  return out.join('\n');
}

function formatLines(
  lines: readonly string[][],
  start: number,
  end: number,
  widths: number[],
  options: TabwriterOptions,
  out: string[],
): void {
  const column = widths.length;
  let done = start;
  for (let at = start; at < end; at++) {
    if (column >= cells(lines, at) - 1) continue;
    // A column block begins here: print what lies before it, then measure the block.
    for (; done < at; done++) out.push(printLine(lines[done] ?? [], widths));
    let width = options.minWidth;
    let block = at;
    for (; block < end && column < cells(lines, block) - 1; block++) {
      const cell = runeCount(lines[block]?.[column] ?? '');
      width = Math.max(width, cell + options.padding);
    }
    if (options.remembered !== undefined) width = remember(options.remembered, column, width);
    formatLines(lines, at, block, [...widths, width], options, out);
    done = block;
    at = block - 1;
  }
  for (; done < end; done++) out.push(printLine(lines[done] ?? [], widths));
}

function remember(remembered: number[], column: number, width: number): number {
  const widest = Math.max(remembered[column] ?? 0, width);
  remembered[column] = widest;
  return widest;
}

function cells(lines: readonly string[][], index: number): number {
  return lines[index]?.length ?? 0;
}

function printLine(line: readonly string[], widths: readonly number[]): string {
  let text = '';
  for (let i = 0; i < line.length; i++) {
    const cell = line[i] ?? '';
    text += i < widths.length ? cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - runeCount(cell))) : cell;
  }
  return text;
}

function runeCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
