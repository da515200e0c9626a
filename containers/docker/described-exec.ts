import type { ExecDescription } from '../../sim/programs/app/description.ts';
import { holds } from '../../sim/programs/app/windows.ts';

/**
 * What really runs for an exec'd command that the scenario describes: a shell line that takes as long, prints and ends
 * as described, so that deadlines and kills are real ones. A command without a description runs as it is.
 */
export function describedExec(
  command: readonly string[],
  descriptions: readonly ExecDescription[],
  sinceStartMs: number,
): readonly string[] {
  const line = command.join(' ');
  const found = descriptions.find(
    (description) => matches(description.command, line) && holds(description, sinceStartMs),
  );
  if (found === undefined) return command;
  const { duration, stdout, stderr, exitCode } = found;
  const steps = [
    ...(duration ? [`sleep ${duration / 1000}`] : []),
    ...(stdout ? [`printf %s ${quote(stdout)}`] : []),
    ...(stderr ? [`printf %s ${quote(stderr)} >&2`] : []),
    `exit ${exitCode ?? 0}`,
  ];
  return ['sh', '-c', steps.join('; ')];
}

function matches(pattern: string, line: string): boolean {
  return pattern.endsWith('*') ? line.startsWith(pattern.slice(0, -1)) : line === pattern;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
