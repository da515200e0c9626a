import { deepEqual } from '../kube/deep-equal.ts';
import { type Pod, SERVICES } from '../kube/objects.ts';
import { matchesLabels } from '../kube/selector.ts';
import type { Store } from '../kube/store.ts';
import type { Informer } from './informer.ts';
import { isPodReady } from './pod-conditions.ts';

/**
 * Follows pods and hands the key of every service to `add` whose endpoints a change may concern. Returns the way to stop.
 * Models kubernetes v1.34 pkg/controller/util/endpoint GetServicesToUpdateOnPodChange.
 */
export function enqueueServicesOfPods(store: Store, pods: Informer<Pod>, add: (key: string) => void): () => void {
  return pods.start(({ type, object, previous }) => {
    const changed = type !== 'MODIFIED' || previous === undefined || endpointChanged(previous, object);
    const relabelled = !deepEqual(previous?.metadata.labels, object.metadata.labels);
    if (!changed && !relabelled) return;
    for (const service of store.list(SERVICES, object.metadata.namespace)) {
      const selector = service.spec?.selector;
      if (selector === undefined || selector === null) continue;
      const now = matchesLabels(selector, object.metadata.labels);
      const before = previous !== undefined && matchesLabels(selector, previous.metadata.labels);
      if (now || before) add(`${service.metadata.namespace}/${service.metadata.name}`);
    }
  });
}

/**
 * Models podEndpointsChanged, with what it leaves out: a pod that ends without having been ready stays in its slices until
 * something else is written (spec/cluster.md, recordings 32 and 43). Every update of a pod that is being deleted counts: the real
 * code compares pointers there.
 */
function endpointChanged(before: Pod, after: Pod): boolean {
  return (
    before.metadata.deletionTimestamp !== undefined ||
    after.metadata.deletionTimestamp !== undefined ||
    isPodReady(before) !== isPodReady(after) ||
    before.status.podIP !== after.status.podIP ||
    !deepEqual(before.status.podIPs, after.status.podIPs)
  );
}
