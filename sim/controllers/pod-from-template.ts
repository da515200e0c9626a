import { type DaemonSet, PODS, type PodSpec, type ReplicaSet } from '../kube/objects.ts';
import type { NewObject } from '../kube/store.ts';
import { controllerRef } from './controller-ref.ts';

/**
 * A new pod as a controller makes it of its template; the API server draws its name.
 * Models kubernetes v1.34 pkg/controller/controller_utils.go GetPodFromTemplate.
 */
export function podFromTemplate(owner: ReplicaSet | DaemonSet): NewObject & { spec: PodSpec } {
  const { metadata, spec } = owner.spec?.template ?? {};
  return {
    apiVersion: PODS.apiVersion,
    kind: PODS.kind,
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata?.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [controllerRef(owner)],
    },
    spec: spec ?? { containers: [] },
    status: { phase: 'Pending' },
  };
}
