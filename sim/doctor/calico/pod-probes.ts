import { isPodReady } from '../../controllers/pod-conditions.ts';
import type { Event, Pod } from '../../kube/objects.ts';
import { type Check, type CheckStatus, type Finding, success } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { podTroubles } from '../pod-troubles.ts';
import { causeOf, isEverybodys, missingPeers, notReadyText } from './causes.ts';
import { lastTrouble } from './pod-log.ts';
import { nodeContainer } from './probe-commands.ts';

/** Whether it is ready now; if not, which check says what, and what that means. */
export function readiness(view: ClusterView, pod: Pod, all: readonly Pod[]): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify pod ${namespace}/${name} is ready`;
  const make = (status: CheckStatus, finding: Finding): Check => ({
    rule: 'calico-readiness',
    context,
    status,
    object: `pod/${namespace}/${name}`,
    ...finding,
  });
  if (isPodReady(pod)) return success('calico-readiness', context);
  const last = lastUnhealthy(view, pod, 'Readiness');
  const cause = last === undefined ? undefined : causeOf(last.message);
  if (last === undefined || cause === undefined) {
    const troubles = podTroubles(pod, view);
    return make('Failure', {
      reason: troubles.map(({ reason }) => reason).join('; ') || 'It is not ready, and no event says why',
      suggestion:
        troubles.map(({ suggestion }) => suggestion).join('. ') || `kubectl describe pod -n ${namespace} ${name}`,
    });
  }
  const peers = missingPeers(last.message).flatMap((ip) => peer(ip, all));
  // A peer that is missing is no news to the node's own log.
  const log = peers.length > 0 ? '' : logWords(view, pod);
  return make('Failure', {
    reason: `-${cause.check}: "${notReadyText(last.message)}". ${[cause.cause, ...peers.map((one) => one.cause)].join('. ')}${log}`,
    suggestion: [...peers.map((one) => one.suggestion), cause.suggestion].join('. ').replaceAll('POD', name),
  });
}

/** Whether it was restarted, or will be, and by which check. */
export function liveness(view: ClusterView, pod: Pod): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify pod ${namespace}/${name} is not restarted by its liveness probe`;
  const container = nodeContainer(pod)?.name ?? '';
  const status = pod.status.containerStatuses?.find((one) => one.name === container);
  const restarts = status?.restartCount ?? 0;
  const last = lastUnhealthy(view, pod, 'Liveness');
  const log = logWords(view, pod);
  const killed = view
    .eventsAbout('Pod', namespace, name)
    .some(({ reason, message }) => reason === 'Killing' && /failed liveness probe/.test(message));
  const object = `pod/${namespace}/${name}`;
  if (last === undefined || (restarts === 0 && isPodReady(pod))) {
    if (restarts === 0) return success('calico-liveness', context);
    const ended = status?.lastState?.terminated;
    const how = ended === undefined ? '' : `, last with exit code ${ended.exitCode} (${ended.reason ?? 'Error'})`;
    return {
      rule: 'calico-liveness',
      context,
      status: 'Warning',
      object,
      reason: `${times(restarts)}${how}; no event of a liveness probe is left. A start-up that fails ends the container: an address conflict, or the datastore${log}`,
      suggestion: `kubectl logs -n ${namespace} ${name} -c ${container} -p`,
    };
  }
  const cause = causeOf(last.message);
  const said = `"${notReadyText(last.message).replace(/^Liveness probe failed: /, '')}"`;
  return {
    rule: 'calico-liveness',
    context,
    status: restarts > 0 && isPodReady(pod) ? 'Warning' : 'Failure',
    object,
    reason: `${restarts > 0 || killed ? `${times(restarts)} by` : 'It fails'} its liveness probe: ${said}. ${cause?.cause ?? 'Not a text of calico-node'}${log}`,
    suggestion: (cause?.suggestion ?? `kubectl describe pod -n ${namespace} ${name}`).replaceAll('POD', name),
  };
}

/** What can be said of a peer that is missing. */
function peer(ip: string, all: readonly Pod[]): { cause: string; suggestion: string }[] {
  const shared = isEverybodys(ip);
  if (shared !== undefined) return [shared];
  const other = all.find(({ status }) => status.podIP === ip || status.hostIP === ip);
  if (other === undefined) return [];
  const { name } = other.metadata;
  return isPodReady(other)
    ? [{ cause: `${ip} is ${name}, which is ready itself`, suggestion: `Look at the way between: TCP 179 to ${ip}` }]
    : [{ cause: `${ip} is ${name}, which is not ready itself`, suggestion: `Begin with ${name}` }];
}

function logWords(view: ClusterView, pod: Pod): string {
  const line = lastTrouble(view, pod);
  return line === '' ? '' : `. Its log says: ${line}`;
}

function times(restarts: number): string {
  return `It was restarted ${restarts === 1 ? 'once' : `${restarts} times`}`;
}

/** The latest event of a kind of probe; one that only counts similar ones carries the text as well. */
function lastUnhealthy(view: ClusterView, pod: Pod, probe: 'Readiness' | 'Liveness'): Event | undefined {
  return view
    .eventsAbout('Pod', pod.metadata.namespace, pod.metadata.name)
    .findLast(({ reason, message }) => reason === 'Unhealthy' && message.includes(`${probe} probe failed: `));
}
