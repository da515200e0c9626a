import type { Pod } from '../../kube/objects.ts';
import type { ClusterView } from '../cluster-view.ts';

/** What Calico and BIRD write when something is wrong; health's own lines say what the probes say already. */
const TROUBLE = /\[(?:ERROR|WARNING|FATAL)\]\[\d+\] (?!felix\/health\.go)|^bird6?: .*(?:Unable|Cannot|error)/;

/** The last line of a pod's log that tells of trouble, without its time. Empty if there is none, or no log. */
export function lastTrouble(view: ClusterView, pod: Pod): string {
  const { name, namespace } = pod.metadata;
  const lines = view.input.logs
    .filter((log) => log.pod === name && log.namespace === namespace)
    .flatMap((log) => log.lines)
    .filter((line) => TROUBLE.test(line) && !/ Terminating$/.test(line));
  return lines.at(-1)?.replace(/^[\d-]+ [\d:.]+ \[\w+\]\[\d+\] /, '') ?? '';
}
