import type { PodRef } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';

const refs = new WeakMap<Pod, PodRef>();

/** How facts name a pod; one object for each version of it, since there may be a fact per probe attempt. */
export function podRef(pod: Pod): PodRef {
  let ref = refs.get(pod);
  if (ref === undefined) {
    const { namespace, name, uid } = pod.metadata;
    ref = { namespace, name, uid };
    refs.set(pod, ref);
  }
  return ref;
}
