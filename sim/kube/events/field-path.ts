import type { ObjectReference, Pod } from '../objects.ts';

/**
 * The field path of a container in its pod: `spec.containers{app}`, `spec.initContainers{x}`; undefined if the pod has none
 * of that name. Models kubernetes v1.34 pkg/kubelet/container/ref.go fieldPath.
 */
export function fieldPath(pod: Pod, container: string): string | undefined {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const;
  for (const list of lists) {
    if (pod.spec[list]?.some((one) => one.name === container)) return `spec.${list}{${container}}`;
  }
  return undefined;
}

/** A reference to an object as events carry it; with `container`, to that container of the pod. Models client-go tools/reference GetReference. */
export function objectReference(
  object: {
    apiVersion: string;
    kind: string;
    metadata: { namespace?: string; name: string; uid: string; resourceVersion: string };
  },
  path?: string,
): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid,
    resourceVersion,
    ...(path === undefined ? {} : { fieldPath: path }),
  };
}
