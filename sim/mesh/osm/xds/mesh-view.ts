import type { EndpointSlice, KubeObject, Pod, Service } from '../../../kube/objects.ts';
import type { MeshConfigSpec } from '../mesh-config.ts';

/** What osm-controller knows of the cluster through its informers, as of one moment. */
export interface MeshView {
  meshConfig: Required<MeshConfigSpec>;
  /** Namespaces of the mesh. */
  monitored: ReadonlySet<string>;
  services: readonly Service[];
  endpointSlices: readonly EndpointSlice[];
  pods: readonly Pod[];
  /** SMI: access.smi-spec.io/v1alpha3. */
  trafficTargets: readonly KubeObject[];
  /** SMI: specs.smi-spec.io/v1alpha4. */
  httpRouteGroups: readonly KubeObject[];
  tcpRoutes: readonly KubeObject[];
  /** SMI: split.smi-spec.io/v1alpha2. */
  trafficSplits: readonly KubeObject[];
  /** The address that names of Services lead to, where that is not their own: a runtime without virtual addresses. */
  serviceAddress?: string;
}

export type MeshProtocol = 'http' | 'grpc' | 'tcp' | 'tcp-server-first';

/** A port of a Service: the unit of OSM's policies. */
export interface MeshService {
  namespace: string;
  name: string;
  port: number;
  targetPort: number;
  protocol: MeshProtocol;
}

export interface MeshEndpoint {
  ip: string;
  port: number;
}

/** Do its connections carry requests, which routes tell apart? */
export function isHttp({ protocol }: MeshService): boolean {
  return protocol === 'http' || protocol === 'grpc';
}

/** `ns/name`, as in names of filter chains and secrets. */
export function serviceKey({ namespace, name }: Pick<MeshService, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** SNI of a connection to it. */
export function serverName({ namespace, name }: MeshService): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

export function clusterName(service: MeshService): string {
  return `${serviceKey(service)}|${service.targetPort}`;
}

export function localClusterName(service: MeshService): string {
  return `${clusterName(service)}|local`;
}
