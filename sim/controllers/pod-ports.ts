import type { Pod, Service } from '../kube/objects.ts';

export type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/**
 * The number of the port of a pod that a service port means; undefined if the pod declares no port of that name.
 * Models kubernetes v1.34 pkg/api/v1/pod/util.go FindPort.
 */
export function findPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target === 0 ? port.port : target;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const found = container.ports?.find(
      (one) => one.name === target && (one.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}
