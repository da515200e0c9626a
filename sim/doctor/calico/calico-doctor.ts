import type { Pod } from '../../kube/objects.ts';
import { type Check, group, unknown } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { Doctor } from '../doctor.ts';
import { liveness, readiness } from './pod-probes.ts';
import { nodeContainer, probeCommands } from './probe-commands.ts';

const LABEL = 'k8s-app';
const NAME = 'calico-node';

/**
 * Why calico-node is not ready, and why it was restarted: which of its checks fails, with which text, what that means, and
 * what to do. Looks at every calico-node pod: what its probes ask, what they last said, who its missing peers are.
 */
export const calicoDoctor: Doctor = {
  name: 'calico',
  resources: [
    { resource: 'pods', kind: 'Pod', selector: `${LABEL}=${NAME}` },
    { resource: 'events', kind: 'Event' },
  ],
  logs: [{ label: LABEL, value: NAME }],
  examine(view, options): Check[] {
    const pods = view
      .list<Pod>('Pod', options.systemNamespace ?? options.namespace)
      .filter((pod) => nodeContainer(pod) !== undefined && pod.metadata.deletionTimestamp === undefined);
    if (pods.length === 0) {
      const context = 'Verify there are pods of calico-node';
      const { reason, suggestion } = view.isComplete('Pod')
        ? {
            reason: 'No pod has a container of calico-node',
            suggestion: 'kubectl get pods -A -l k8s-app=calico-node; is another network plugin in use?',
          }
        : view.notGiven('Pod');
      return [unknown('calico-node', context, { reason, suggestion })];
    }
    return pods.map((pod) => examinePod(view, pod, pods));
  },
};

function examinePod(view: ClusterView, pod: Pod, all: readonly Pod[]): Check {
  const { name, namespace } = pod.metadata;
  const checks = [probeCommands(pod), readiness(view, pod, all), liveness(view, pod)];
  return group('calico-node', `Verify pod ${namespace}/${name}`, checks, { object: `pod/${namespace}/${name}` });
}
