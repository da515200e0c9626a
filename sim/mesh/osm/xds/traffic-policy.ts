import type { KubeObject } from '../../../kube/objects.ts';
import { type ServiceIdentity, sameIdentity } from './identity.ts';
import {
  clusterName,
  localClusterName,
  type MeshService,
  type MeshView,
  meshServices,
  resolvableAddresses,
  serverName,
  servicesOfIdentity,
} from './mesh-view.ts';

export interface WeightedCluster {
  name: string;
  weight: number;
}

/** A request that a route takes, and who may send it. `'*'`: everybody of the mesh. */
export interface InboundRule {
  path: string;
  methods: readonly string[];
  headers: Readonly<Record<string, string>>;
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

export const ANY_PATH = '.*';
export const ANY_METHOD = '*';
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
export function outboundServices(view: MeshView, identity: ServiceIdentity): readonly MeshService[] {
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

/** TrafficTargets that lead to an identity. */
export function targetsOf(view: MeshView, identity: ServiceIdentity): KubeObject[] {
  return view.trafficTargets.filter((target) => sameIdentity(destinationOf(target), identity));
}

export function sourcesOf(target: KubeObject): ServiceIdentity[] {
  return list(target.spec?.sources).map(accountOf);
}

function destinationOf(target: KubeObject): ServiceIdentity {
  return accountOf(target.spec?.destination ?? {});
}

function accountOf({ name, namespace }: { name?: string; namespace?: string }): ServiceIdentity {
  return { serviceAccount: name ?? '', namespace: namespace ?? '' };
}

/** Ports of the TCPRoutes that a TrafficTarget names; empty: any. */
export function tcpPortsOf(view: MeshView, target: KubeObject): number[] {
  return rulesOf(target, 'TCPRoute').flatMap((rule) => {
    const route = named(view.tcpRoutes, target.metadata.namespace, rule.name);
    return list(route?.spec?.matches?.ports).filter((port): port is number => typeof port === 'number');
  });
}

function routeMatches(view: MeshView, target: KubeObject): Omit<InboundRule, 'allowed'>[] {
  return rulesOf(target, 'HTTPRouteGroup').flatMap((rule) => {
    const group = named(view.httpRouteGroups, target.metadata.namespace, rule.name);
    const matches = list(group?.spec?.matches);
    return list(rule.matches).flatMap((wanted) => {
      const match = matches.find(({ name }) => name === wanted);
      if (match === undefined) return [];
      const methods = list(match.methods).map(String);
      return [
        {
          path: match.pathRegex || ANY_PATH,
          methods: methods.length === 0 ? [ANY_METHOD] : methods,
          headers: headersOf(match.headers),
        },
      ];
    });
  });
}

/** An object, or (as older SMI had it) a list of objects. */
function headersOf(headers: unknown): Record<string, string> {
  const merged = Array.isArray(headers) ? Object.assign({}, ...headers) : headers;
  return { ...(merged as Record<string, string> | undefined) };
}

function rulesOf(target: KubeObject, kind: string) {
  return list(target.spec?.rules).filter((rule) => rule.kind === kind);
}

function named(objects: readonly KubeObject[], namespace: string | undefined, name: unknown): KubeObject | undefined {
  return objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
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

/** `bookstore` or `bookstore.bookstore.svc.cluster.local`. */
function rootOf(split: KubeObject): { namespace: string; name: string } {
  const [name = ''] = String(split.spec?.service ?? '').split('.');
  return { namespace: split.metadata.namespace ?? '', name };
}

function backendsOf(view: MeshView, split: KubeObject): { service: MeshService; weight: number }[] {
  return list(split.spec?.backends).flatMap((backend) =>
    meshServices(view)
      .filter(({ namespace, name }) => namespace === split.metadata.namespace && name === backend.service)
      .map((service) => ({ service, weight: Number(backend.weight ?? 0) })),
  );
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

// biome-ignore lint/suspicious/noExplicitAny: a custom kind's fields are not known here.
function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
