import { type ServiceIdentity, sameIdentity } from './identity.ts';
import { meshServices, resolvableAddresses, servicesOfIdentity } from './mesh-services.ts';
import { clusterName, localClusterName, type MeshService, type MeshView, serverName } from './mesh-view.ts';
import {
  ANY_METHOD,
  ANY_PATH,
  backendsOf,
  destinationOf,
  type RouteMatch,
  rootOf,
  routeMatches,
  sourcesOf,
  targetsOf,
} from './smi-policies.ts';

export interface WeightedCluster {
  name: string;
  weight: number;
}

/** A request that a route takes, and who may send it. `'*'`: everybody of the mesh. */
export interface InboundRule extends RouteMatch {
  allowed: readonly ServiceIdentity[] | '*';
}

export interface InboundPolicy {
  service: MeshService;
  hostnames: readonly string[];
  cluster: string;
  rules: readonly InboundRule[];
  /** False for the root service of a TrafficSplit: it has routes only. */
  hasListener: boolean;
}

export interface OutboundPolicy {
  service: MeshService;
  hostnames: readonly string[];
  /** Destinations of connections that it takes. */
  addresses: readonly string[];
  clusters: readonly WeightedCluster[];
}

const WHOLE = 100;

export function isPermissive(view: MeshView): boolean {
  return view.meshConfig.traffic.enablePermissiveTrafficPolicyMode === true;
}

/**
 * What an identity may call, and under which names: every service in permissive mode, else those that a TrafficTarget
 * lets it reach.
 * Models openservicemesh/osm v1.1 pkg/catalog/outbound_traffic_policies.go.
 */
export function outboundPolicies(view: MeshView, identity: ServiceIdentity): OutboundPolicy[] {
  return outboundServices(view, identity).map((service) => ({
    service,
    hostnames: hostnames(service, identity.namespace === service.namespace),
    addresses: resolvableAddresses(view, service),
    clusters: splitClusters(view, service) ?? [{ name: clusterName(service), weight: WHOLE }],
  }));
}

/** Also the backends of TrafficSplits are among them, each as a service of its own. */
function outboundServices(view: MeshView, identity: ServiceIdentity): readonly MeshService[] {
  if (isPermissive(view)) return meshServices(view);
  const allowed = view.trafficTargets
    .filter((target) => sourcesOf(target).some((source) => sameIdentity(source, identity)))
    .flatMap((target) => servicesOfIdentity(view, destinationOf(target)));
  const keys = new Set(allowed.map(clusterName));
  const roots = view.trafficSplits
    .filter((split) => backendsOf(view, split).some((backend) => keys.has(clusterName(backend.service))))
    .map(rootOf);
  return meshServices(view).filter(
    (service) =>
      keys.has(clusterName(service)) ||
      roots.some(({ namespace, name }) => namespace === service.namespace && name === service.name),
  );
}

/**
 * What a proxy's services let in. In permissive mode everything, from everybody of the mesh; else the routes of the
 * TrafficTargets whose destination the identity is.
 * Models openservicemesh/osm v1.1 pkg/catalog/inbound_traffic_policies.go.
 */
export function inboundPolicies(
  view: MeshView,
  identity: ServiceIdentity,
  own: readonly MeshService[],
): InboundPolicy[] {
  const rules = inboundRules(view, identity);
  return own.flatMap((service) => {
    const policy = { service, hostnames: hostnames(service, true), cluster: localClusterName(service), rules };
    const roots = rootsOf(view, service).map((root) => ({
      ...policy,
      service: root,
      hostnames: hostnames(root, true),
      hasListener: false,
    }));
    return [{ ...policy, hasListener: true }, ...roots];
  });
}

function inboundRules(view: MeshView, identity: ServiceIdentity): InboundRule[] {
  if (isPermissive(view)) return [{ path: ANY_PATH, methods: [ANY_METHOD], headers: {}, allowed: '*' }];
  const merged = new Map<string, InboundRule & { allowed: ServiceIdentity[] }>();
  for (const target of targetsOf(view, identity)) {
    for (const match of routeMatches(view, target)) {
      const key = JSON.stringify(match);
      const rule = merged.get(key) ?? { ...match, allowed: [] };
      merged.set(key, rule);
      for (const source of sourcesOf(target)) {
        if (!rule.allowed.some((known) => sameIdentity(known, source))) rule.allowed.push(source);
      }
    }
  }
  return [...merged.values()];
}

/** The clusters of a split service, by its backends' weights; undefined if nobody splits it. */
function splitClusters(view: MeshView, service: MeshService): WeightedCluster[] | undefined {
  const split = view.trafficSplits.find((candidate) => {
    const { namespace, name } = rootOf(candidate);
    return namespace === service.namespace && name === service.name;
  });
  if (split === undefined) return undefined;
  return backendsOf(view, split)
    .filter((backend) => backend.service.port === service.port)
    .map((backend) => ({ name: clusterName(backend.service), weight: backend.weight }));
}

function rootsOf(view: MeshView, service: MeshService): MeshService[] {
  return view.trafficSplits
    .filter((split) => backendsOf(view, split).some((backend) => clusterName(backend.service) === clusterName(service)))
    .map((split) => ({ ...service, name: rootOf(split).name }))
    .filter((root) => root.name !== service.name);
}

/**
 * Host headers by which a service is called; the bare name only within its namespace.
 * Models openservicemesh/osm v1.1 pkg/k8s GetHostnamesForService.
 */
export function hostnames(service: MeshService, localNamespace: boolean): string[] {
  const { name, namespace, port } = service;
  const qualified = [
    `${name}.${namespace}`,
    `${name}.${namespace}.svc`,
    `${name}.${namespace}.svc.cluster`,
    serverName(service),
  ];
  return [...(localNamespace ? [name] : []), ...qualified].flatMap((host) => [host, `${host}:${port}`]);
}
