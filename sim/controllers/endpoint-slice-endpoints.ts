import { deepEqual } from '../kube/deep-equal.ts';
import type { Endpoint, EndpointSlice, Pod, Service } from '../kube/objects.ts';
import { belongsInEndpoints, isPodReady, podAddress } from './pod-conditions.ts';
import { findPort } from './pod-ports.ts';

export type EndpointPort = NonNullable<EndpointSlice['ports']>[number];

/** Pods whose ports resolve alike: they share slices. */
export interface PortGroup {
  ports: EndpointPort[];
  /** By pod uid. */
  endpoints: Map<string, Endpoint>;
}

/** The endpoints that a service ought to have, by the key of their ports. Models k8s.io/endpointslice v0.34 reconciler.go reconcileByAddressType. */
export function desiredEndpoints(service: Service, pods: readonly Pod[]): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, true)) continue;
    const ports = endpointPorts(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    groups.set(key, group);
    group.endpoints.set(pod.metadata.uid, podToEndpoint(pod, service));
  }
  return groups;
}

/** Two slices with the same key serve the same ports. */
export function portsKey(ports: readonly EndpointPort[] | undefined): string {
  const parts = (ports ?? []).map((port) => [port.name, port.port, port.protocol, port.appProtocol].join(' '));
  return parts.sort().join('\n');
}

/** Models k8s.io/endpointslice v0.34 utils.go getEndpointPorts: a port that the pod does not name is left out. */
function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const one of service.spec?.ports ?? []) {
    const port = findPort(pod, one);
    if (port === undefined) continue;
    const { appProtocol } = one;
    ports.push({
      name: one.name ?? '',
      port,
      protocol: one.protocol ?? 'TCP',
      ...(appProtocol === undefined ? {} : { appProtocol }),
    });
  }
  return ports;
}

/** Models k8s.io/endpointslice v0.34 utils.go podToEndpoint. */
function podToEndpoint(pod: Pod, service: Service): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name, namespace, uid } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const named =
    hostname !== undefined && subdomain === service.metadata.name && namespace === service.metadata.namespace;
  return {
    addresses: [podAddress(pod) ?? ''],
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(named ? { hostname } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/**
 * A slice's endpoints brought up to date: those still wanted stay in their places, `added` follow. The same array if nothing changed.
 * Takes what it places out of `wanted`.
 */
export function updateEndpoints(
  current: readonly Endpoint[],
  wanted: Map<string, Endpoint>,
): { endpoints: Endpoint[]; changed: boolean } {
  let changed = false;
  const endpoints: Endpoint[] = [];
  for (const endpoint of current) {
    const uid = endpoint.targetRef?.uid ?? '';
    const next = wanted.get(uid);
    if (next === undefined) {
      changed = true;
      continue;
    }
    wanted.delete(uid);
    if (!deepEqual(endpoint, next)) changed = true;
    endpoints.push(next);
  }
  return { endpoints, changed };
}
