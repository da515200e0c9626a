import { isHttp, serverName } from './mesh-view.ts';
import { routeRbac } from './rbac.ts';
import { XDS_TYPES, type XdsResource } from './resource.ts';
import { ANY_METHOD, ANY_PATH } from './smi-policies.ts';
import type { InboundPolicy, InboundRule, OutboundPolicy, WeightedCluster } from './traffic-policy.ts';

export function inboundRoutesName(port: number): string {
  return `rds-inbound.${port}`;
}

export function outboundRoutesName(port: number): string {
  return `rds-outbound.${port}`;
}

/** Route configurations by direction and port. Models openservicemesh/osm v1.1 pkg/envoy/rds/route/route_config.go. */
export function routes(policies: {
  inbound: readonly InboundPolicy[];
  outbound: readonly OutboundPolicy[];
}): XdsResource[] {
  const configurations = new Map<string, Record<string, unknown>[]>();
  const add = (name: string, host: Record<string, unknown>) =>
    configurations.set(name, [...(configurations.get(name) ?? []), host]);
  for (const policy of policies.inbound.filter(({ service }) => isHttp(service))) {
    add(inboundRoutesName(policy.service.targetPort), {
      name: `inbound_virtual-host|${serverName(policy.service)}`,
      domains: policy.hostnames,
      routes: policy.rules.flatMap((rule) => inboundRoutes(rule, policy.cluster)),
    });
  }
  for (const policy of policies.outbound.filter(({ service }) => isHttp(service))) {
    add(outboundRoutesName(policy.service.port), {
      name: `outbound_virtual-host|${serverName(policy.service)}`,
      domains: policy.hostnames,
      routes: [route(ANY_PATH, ANY_METHOD, {}, policy.clusters)],
    });
  }
  return [...configurations].map(([name, hosts]) => ({
    '@type': XDS_TYPES.routes,
    name,
    validate_clusters: false,
    virtual_hosts: withUniqueDomains(hosts),
  }));
}

/** Envoy refuses a domain that stands twice; OSM merges what its services share. */
function withUniqueDomains(hosts: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const seen = new Set<string>();
  return hosts
    .map((host) => ({
      ...host,
      domains: (host.domains as string[]).filter((domain) => !seen.has(domain) && seen.add(domain)),
    }))
    .filter(({ domains }) => domains.length > 0);
}

/** Each method is a route of its own. */
function inboundRoutes({ path, methods, headers, allowed }: InboundRule, cluster: string): Record<string, unknown>[] {
  const wanted = methods.includes(ANY_METHOD) ? [ANY_METHOD] : [...new Set(methods)];
  return wanted.map((method) => ({
    ...route(path, method, headers, [{ name: cluster, weight: 100 }]),
    typed_per_filter_config: routeRbac(allowed),
  }));
}

function route(
  path: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  clusters: readonly WeightedCluster[],
): Record<string, unknown> {
  const { host, ...others } = headers;
  return {
    match: {
      safe_regex: regex(path),
      headers: [
        header(':method', method === ANY_METHOD ? ANY_PATH : method),
        ...(host === undefined ? [] : [header(':authority', host)]),
        ...Object.entries(others).map(([name, value]) => header(name, value)),
      ],
    },
    // Models OSM's buildRoute, which switches Envoy's 15 s off.
    route: { weighted_clusters: { clusters }, timeout: '0s' },
  };
}

function header(name: string, pattern: string): Record<string, unknown> {
  return { name, safe_regex_match: regex(pattern) };
}

/** Without `google_re2`, which later Envoys have dropped: RE2 is the only engine. */
function regex(pattern: string): Record<string, unknown> {
  return { regex: pattern };
}
