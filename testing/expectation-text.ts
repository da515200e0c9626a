import { formatDuration } from '../sim/core/duration.ts';
import type { ExpectationResult } from '../sim/scenario/expectations.ts';

/**
 * A decided expectation in lines: its place, what was expected, what was so instead and the events before it.
 * One line for one that held.
 */
export function expectationText(result: ExpectationResult): string {
  const { file, line, column } = result.location;
  const head = `${file}:${line}:${column}`;
  if (result.ok) return `✓ ${head} ${result.text}`;
  const lines = [`✗ ${head}`, `  expected ${result.text}`, `  but ${result.actual ?? 'it was not so'}`];
  const events = result.events ?? [];
  if (events.length > 0) lines.push('  events before:');
  for (const { atMs, type, reason, object, message, count } of events) {
    const times = count > 1 ? ` (x${count})` : '';
    lines.push(`    +${formatDuration(Math.round(atMs))}${times}  ${type}  ${reason}  ${object}  ${message.trim()}`);
  }
  return lines.join('\n');
}
