import type { ShellIo } from './shell-system.ts';
import type { AndOr } from './syntax.ts';

/** Does a job hold the output of the one who started the shell? Not if both are redirected. */
export function holdsOutput(andOr: AndOr, io: ShellIo): boolean {
  if (!io.out.pipe && !io.err.pipe) return false;
  const [first] = andOr;
  const command = first?.pipeline.commands.at(-1);
  const redirected = new Set(
    (command?.redirects ?? [])
      .filter(({ operator }) => operator === '>' || operator === '>>' || operator === '>&')
      .map(({ fd }) => fd),
  );
  return !(redirected.has(1) && redirected.has(2));
}
