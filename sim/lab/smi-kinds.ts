import type { Kind, KubeObject } from '../kube/objects.ts';

function smi(apiVersion: string, kind: string, plural: string): Kind<KubeObject> {
  return { apiVersion, kind, plural, namespaced: true };
}

/** SMI's policies, in the versions that OSM v1.x reads. */
export const TRAFFIC_TARGETS = smi('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'traffictargets');
export const HTTP_ROUTE_GROUPS = smi('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', 'httproutegroups');
export const TCP_ROUTES = smi('specs.smi-spec.io/v1alpha4', 'TCPRoute', 'tcproutes');
export const TRAFFIC_SPLITS = smi('split.smi-spec.io/v1alpha2', 'TrafficSplit', 'trafficsplits');
