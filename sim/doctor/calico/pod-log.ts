import type { Pod } from '../../kube/objects.ts';
import type { ClusterView } from '../cluster-view.ts';

/**
 * What Calico writes when something is wrong. Health's own lines say what the probes say already, and BIRD complains at
 * each start, before confd has written its configuration.
 */
const TROUBLE = /\[(?:ERROR|WARNING|FATAL)\]\[\d+\] (?!felix\/health\.go)/;

/** The last line of a pod's log that tells of trouble, without its time. Empty if there is none, or no log. */
export function lastTrouble(view: ClusterView, pod: Pod): string {
  const { name, namespace } = pod.metadata;
  const lines = view.input.logs
    .filter((log) => log.pod === name && log.namespace === namespace)
    .flatMap((log) => log.lines)
    .filter((line) => TROUBLE.test(line) && !/ Terminating$/.test(line));
  return lines.at(-1)?.replace(/^[\d-]+ [\d:.]+ \[\w+\]\[\d+\] /, '') ?? '';
}
