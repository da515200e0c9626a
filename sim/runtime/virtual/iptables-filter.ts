import type { Guest, VirtualProcess } from './process.ts';

const RULE = /^-(A|I|D) INPUT(?: \d+)? -p tcp (?:-m tcp )?--dport (\d+) -j DROP$/;

/**
 * `iptables` for the one kind of rule that a scenario about a firewall needs: packets to a TCP port of the pod are dropped, or (-D)
 * let through again. Anything else is refused with a word of ours.
 */
export function runIptables(process: VirtualProcess): Guest {
  const { canChangeRules, namespace } = process.world;
  const line = process.argv.slice(1).join(' ');
  const [, action, port] = RULE.exec(line) ?? [];
  const problem = !canChangeRules
    ? "iptables v1.8.9 (legacy): can't initialize iptables table `filter': Permission denied (you must be root)"
    : port === undefined
      ? `iptables: the modelled one knows "-A|-I|-D INPUT -p tcp --dport PORT -j DROP" only, not "${line}"`
      : undefined;
  if (problem !== undefined) process.write('stderr', `${problem}\n`);
  else if (action === 'D') namespace.dropped.delete(Number(port));
  else namespace.dropped.add(Number(port));
  // Answers come later than questions, also here: whoever started us has to know us first.
  process.clock.setTimeout(() => process.end(problem === undefined ? 0 : 1), 0);
  return { signal: () => {} };
}
