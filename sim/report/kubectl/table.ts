import { GET_TABS, tabulate } from './tabwriter.ts';
import { escapeTerminal } from './terminal-escape.ts';

/** A table of `kubectl get`: headers as shown, cells as text. */
export interface Table {
  headers: readonly string[];
  rows: readonly (readonly string[])[];
  /** Cells keep their line breaks: `kubectl events` does not use the table printer. */
  raw?: boolean;
}

/**
 * Prints a table, each line ended by a newline. A cell is cut at its first line break, as kubectl does. `remembered`:
 * the widths that a watch keeps from row to row.
 * Models k8s.io/cli-runtime v0.34 pkg/printers/tableprinter.go printTable.
 */
export function printTable(table: Table, options: { noHeaders?: boolean; remembered?: number[] } = {}): string {
  const lines = table.rows.map((row) => row.map(table.raw === true ? escapeTerminal : cell).join('\t'));
  if (options.noHeaders !== true) lines.unshift(table.headers.join('\t'));
  const { remembered } = options;
  const tabs = remembered === undefined ? GET_TABS : { ...GET_TABS, remembered };
  return lines.length === 0 ? '' : `${tabulate(lines.join('\n'), tabs)}\n`;
}

function cell(text: string): string {
  const cut = text.search(/[\f\n\r]/);
  return cut < 0 ? escapeTerminal(text) : `${escapeTerminal(text.slice(0, cut))}...`;
}
