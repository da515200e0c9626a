import { OSM_PORTS } from '../constants.ts';
import { ENVOY_TYPES, socketAddress } from '../envoy-objects.ts';
import type { ServiceIdentity } from './identity.ts';
import { METRICS_CLUSTER, PASSTHROUGH } from './listeners.ts';
import { endpointsOf } from './mesh-services.ts';
import { clusterName, localClusterName, type MeshService, type MeshView } from './mesh-view.ts';
import { ADS, XDS_TYPES, type XdsResource } from './resource.ts';
import { upstreamTls } from './tls-contexts.ts';

const UNLIMITED = 4_294_967_295;
const PROTOCOL_OPTIONS = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': ENVOY_TYPES.httpProtocolOptions,
    use_downstream_protocol_config: { http2_protocol_options: {} },
  },
};
/** Of a cluster with one endpoint; those of EDS go without a weight. */
const EVERYTHING = { load_balancing_weight: 100 };
const NO_BREAKER = {
  thresholds: [
    {
      max_connections: UNLIMITED,
      max_requests: UNLIMITED,
      max_pending_requests: UNLIMITED,
      max_retries: UNLIMITED,
      track_remaining: true,
    },
  ],
};

/**
 * Clusters of a proxy: what it may call (endpoints by EDS, mTLS), its own app, egress, its admin interface.
 * Models openservicemesh/osm v1.1 pkg/envoy/cds.
 */
export function clusters(
  view: MeshView,
  identity: ServiceIdentity,
  services: { upstream: readonly MeshService[]; own: readonly MeshService[] },
  metrics: boolean,
): XdsResource[] {
  const all = [
    ...services.upstream.map((service) => upstreamCluster(view, identity, service)),
    ...services.own.map(localCluster),
    ...(view.meshConfig.traffic.enableEgress === true ? [passthroughCluster()] : []),
    ...(metrics ? [metricsCluster()] : []),
  ];
  // Two ports of a service can lead to one of the app: the duplicate is not sent.
  return [...new Map(all.map((cluster) => [cluster.name, cluster])).values()];
}

function upstreamCluster(view: MeshView, identity: ServiceIdentity, service: MeshService) {
  return {
    '@type': XDS_TYPES.clusters,
    name: clusterName(service),
    type: 'EDS',
    eds_cluster_config: { eds_config: ADS },
    transport_socket: upstreamTls(identity, service, view.meshConfig.sidecar),
    typed_extension_protocol_options: PROTOCOL_OPTIONS,
    circuit_breakers: NO_BREAKER,
  };
}

function localCluster(service: MeshService) {
  const name = localClusterName(service);
  return {
    '@type': XDS_TYPES.clusters,
    name,
    alt_stat_name: name,
    type: 'STRICT_DNS',
    respect_dns_ttl: true,
    dns_lookup_family: 'V4_ONLY',
    load_assignment: assignment(name, [{ ip: '127.0.0.1', port: service.targetPort }], EVERYTHING),
    typed_extension_protocol_options: PROTOCOL_OPTIONS,
  };
}

function passthroughCluster() {
  return {
    '@type': XDS_TYPES.clusters,
    name: PASSTHROUGH,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    typed_extension_protocol_options: PROTOCOL_OPTIONS,
    circuit_breakers: NO_BREAKER,
  };
}

function metricsCluster() {
  return {
    '@type': XDS_TYPES.clusters,
    name: METRICS_CLUSTER,
    alt_stat_name: METRICS_CLUSTER,
    type: 'STATIC',
    load_assignment: assignment(METRICS_CLUSTER, [{ ip: '127.0.0.1', port: OSM_PORTS.admin }], EVERYTHING),
  };
}

/** The endpoints of what a proxy may call. Models v1.1 pkg/envoy/eds. */
export function endpoints(view: MeshView, upstream: readonly MeshService[]): XdsResource[] {
  const assignments = upstream.map((service): [string, XdsResource] => {
    const name = clusterName(service);
    return [name, { '@type': XDS_TYPES.endpoints, ...assignment(name, endpointsOf(view, service)) }];
  });
  return [...new Map(assignments).values()];
}

function assignment(
  name: string,
  hosts: readonly { ip: string; port: number }[],
  weight: { load_balancing_weight?: number } = {},
): Record<string, unknown> {
  return {
    cluster_name: name,
    endpoints: [
      {
        locality: { zone: 'zone' },
        lb_endpoints: hosts.map(({ ip, port }) => ({
          endpoint: { address: socketAddress(ip, port) },
          ...weight,
        })),
      },
    ],
  };
}
