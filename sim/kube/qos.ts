import type { Pod } from './objects.ts';
import { parseQuantity } from './quantity.ts';

/** Models kubernetes v1.34 pkg/apis/core/v1/helper/qos ComputePodQOS: by requests and limits of cpu and memory. */
export function qosClass(pod: Pick<Pod, 'spec'>): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  let any = false;
  let guaranteed = true;
  for (const container of containers) {
    for (const resource of ['cpu', 'memory']) {
      const limit = parseQuantity(container.resources?.limits?.[resource]);
      const request = parseQuantity(container.resources?.requests?.[resource]) ?? limit;
      if (limit || request) any = true;
      if (!limit || request !== limit) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
