import type { Guest, VirtualProcess } from './process.ts';

/** iptables-restore: loads `input` into the pod's nat table. Ends with 1 and the complaint if it cannot. */
export function runIptablesRestore(process: VirtualProcess, input: string): Guest {
  const flush = !process.argv.includes('--noflush') && !process.argv.includes('-n');
  const problem = process.world.canChangeRules
    ? process.world.namespace.restoreRules(input, { flush })
    : "iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'nat'\nPermission denied (you must be root)";
  if (problem !== undefined) process.write('stderr', `${problem}\n`);
  // Answers come later than questions, also here: whoever started us has to know us first.
  process.clock.setTimeout(() => process.end(problem === undefined ? 0 : 1), 0);
  return { signal: () => {} };
}
