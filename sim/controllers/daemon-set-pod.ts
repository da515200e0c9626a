import type { DaemonSet } from '../kube/objects.ts';
import type { NewObject } from '../kube/store.ts';
import { podFromTemplate } from './pod-from-template.ts';

export const CONTROLLER_REVISION_HASH = 'controller-revision-hash';

/** What a daemon's pod tolerates of its node without its template saying so. Models daemon/util AddOrUpdateDaemonPodTolerations. */
const TOLERATIONS = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const NETWORK = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };

/**
 * The pod of a DaemonSet for its node: bound to it by affinity, which the scheduler carries out.
 * Models kubernetes v1.34 pkg/controller/daemon/util CreatePodTemplate and ReplaceDaemonSetPodNodeNameNodeAffinity.
 */
export function daemonPod(set: DaemonSet, hash: string, nodeName: string): NewObject {
  const { metadata, spec, ...pod } = podFromTemplate(set);
  const generation = String(set.metadata.generation ?? 1);
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const nodeAffinity = { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required };
  return {
    ...pod,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [CONTROLLER_REVISION_HASH]: hash, 'pod-template-generation': generation },
    },
    spec: {
      ...spec,
      affinity: { ...spec.affinity, nodeAffinity },
      tolerations: [...(spec.tolerations ?? []), ...TOLERATIONS, ...(spec.hostNetwork === true ? [NETWORK] : [])],
    },
  };
}
