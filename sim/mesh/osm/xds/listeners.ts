import { accessLog } from '../access-log.ts';
import { OSM_PORTS } from '../constants.ts';
import { ENVOY_TYPES, type EnvoyExtension, type EnvoyListener, socketAddress } from '../envoy-objects.ts';
import type { ServiceIdentity } from './identity.ts';
import { isHttp, localClusterName, type MeshService, type MeshView, serverName, serviceKey } from './mesh-view.ts';
import { HTTP_RBAC, networkRbac, RBAC_TYPES } from './rbac.ts';
import { ADS, XDS_TYPES, type XdsResource } from './resource.ts';
import { inboundRoutesName, outboundRoutesName } from './routes.ts';
import { ALPN_IN_MESH, downstreamTls } from './tls-contexts.ts';
import { type InboundPolicy, isPermissive, type OutboundPolicy } from './traffic-policy.ts';

export const PASSTHROUGH = 'passthrough-outbound';
export const METRICS_CLUSTER = 'envoy-metrics-cluster';
const METRICS_PATH = '/stats/prometheus';

/**
 * Outbound, inbound and metrics listener of a proxy. One without filter chains is not sent: an app that may call nobody
 * has no listener on 15001, and its connections are refused.
 * Models openservicemesh/osm v1.1 pkg/envoy/lds. Filters carry their typed_config, which Envoy 1.22 began to demand.
 */
export function listeners(
  view: MeshView,
  identity: ServiceIdentity,
  policies: { inbound: readonly InboundPolicy[]; outbound: readonly OutboundPolicy[] },
  metrics: boolean,
): XdsResource[] {
  return [
    ...outboundListener(view, policies.outbound),
    ...inboundListener(view, identity, policies.inbound),
    ...(metrics ? [metricsListener()] : []),
  ];
}

function resource(listener: EnvoyListener): XdsResource {
  return { '@type': XDS_TYPES.listeners, ...listener };
}

const ORIGINAL_DST: EnvoyExtension = {
  name: 'envoy.filters.listener.original_dst',
  typed_config: { '@type': ENVOY_TYPES.originalDst },
};
const TLS_INSPECTOR: EnvoyExtension = {
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: { '@type': ENVOY_TYPES.tlsInspector },
};

function outboundListener(view: MeshView, policies: readonly OutboundPolicy[]): XdsResource[] {
  // A service nobody can resolve has no address to match.
  const resolvable = policies.filter(({ addresses }) => addresses.length > 0);
  const destination = ({ service, addresses }: OutboundPolicy) => `${addresses.join()}:${service.port}`;
  // Where services share an address one chain stands for them: HTTP tells them apart by their hosts.
  const chains = [...new Map(resolvable.map((policy) => [destination(policy), policy])).values()].map(outboundChain);
  const egress = view.meshConfig.traffic.enableEgress === true;
  if (chains.length === 0 && !egress) return [];
  return [
    resource({
      name: 'outbound-listener',
      address: socketAddress('0.0.0.0', OSM_PORTS.outbound),
      traffic_direction: 'OUTBOUND',
      listener_filters: [ORIGINAL_DST],
      filter_chains: chains,
      ...(egress
        ? {
            default_filter_chain: {
              name: 'outbound-egress-filter-chain',
              filters: [tcpProxy(PASSTHROUGH, { cluster: PASSTHROUGH })],
            },
          }
        : {}),
    }),
  ];
}

/** `outbound_bookstore/bookstore_14001_http` */
function outboundMatchName({ namespace, name, port, protocol }: MeshService): string {
  return `outbound_${namespace}/${name}_${port}_${protocol}`;
}

function outboundChain({ service, addresses, clusters }: OutboundPolicy) {
  const match = outboundMatchName(service);
  const [first] = clusters;
  const tcp =
    clusters.length === 1 && first !== undefined ? { cluster: first.name } : { weighted_clusters: { clusters } };
  return {
    name: `${isHttp(service) ? 'outbound-mesh-http-filter-chain' : 'outbound-mesh-tcp-filter-chain'}:${match}`,
    filter_chain_match: {
      destination_port: service.port,
      prefix_ranges: addresses.map((address) => ({ address_prefix: address, prefix_len: 32 })),
    },
    filters: [
      isHttp(service)
        ? meshManager(outboundRoutesName(service.port))
        : tcpProxy(`outbound-mesh-tcp-proxy_${match}`, tcp),
    ],
  };
}

function inboundListener(view: MeshView, identity: ServiceIdentity, policies: readonly InboundPolicy[]): XdsResource[] {
  const heard = policies.filter(({ hasListener }) => hasListener);
  // Two ports of a service that lead to one of the app: a chain that stands twice is an error to Envoy.
  const byCluster = new Map(heard.map((policy) => [policy.cluster, policy.service]));
  const chains = [...byCluster.values()].map((service) => inboundChain(view, identity, service));
  if (chains.length === 0) return [];
  return [
    resource({
      name: 'inbound-listener',
      address: socketAddress('0.0.0.0', OSM_PORTS.inbound),
      traffic_direction: 'INBOUND',
      listener_filters: [TLS_INSPECTOR, ORIGINAL_DST],
      filter_chains: chains,
    }),
  ];
}

function inboundChain(view: MeshView, identity: ServiceIdentity, service: MeshService) {
  const { targetPort } = service;
  const local = localClusterName(service);
  const kind = isHttp(service) ? 'inbound-mesh-http-filter-chain' : 'inbound-mesh-tcp-filter-chain';
  return {
    name: `${kind}:${serviceKey(service)}:${targetPort}`,
    filter_chain_match: {
      destination_port: targetPort,
      server_names: [serverName(service)],
      transport_protocol: 'tls',
      application_protocols: ALPN_IN_MESH,
    },
    filters: [
      // It must be the first.
      ...(isPermissive(view) ? [] : [networkRbac(view, identity)]),
      isHttp(service)
        ? meshManager(inboundRoutesName(targetPort))
        : tcpProxy(`inbound-mesh-tcp-proxy.${local}`, { cluster: local }),
    ],
    transport_socket: downstreamTls(identity, view.meshConfig.sidecar),
  };
}

const ROUTER: EnvoyExtension = { name: 'envoy.filters.http.router', typed_config: { '@type': ENVOY_TYPES.router } };

/** Its routes come by RDS. Models v1.1 pkg/envoy/lds/http_connection.go; the WASM filter of statistics is left out. */
function meshManager(routes: string): EnvoyExtension {
  return manager({
    stat_prefix: `mesh-http-conn-manager.${routes}`,
    http_filters: [{ name: HTTP_RBAC, typed_config: { '@type': RBAC_TYPES.http } }, ROUTER],
    rds: { config_source: ADS, route_config_name: routes },
    access_log: accessLog('requests'),
  });
}

function metricsListener(): XdsResource {
  const route = {
    match: { prefix: METRICS_PATH },
    route: { cluster: METRICS_CLUSTER, prefix_rewrite: METRICS_PATH },
  };
  const host = { name: 'prometheus-inbound-virtual-host', domains: ['*'], routes: [route] };
  const filter = manager({
    stat_prefix: 'prometheus-http-conn-manager',
    http_filters: [ROUTER],
    route_config: { virtual_hosts: [host] },
    access_log: accessLog('requests'),
  });
  return resource({
    name: 'inbound-prometheus-listener',
    address: socketAddress('0.0.0.0', OSM_PORTS.prometheus),
    traffic_direction: 'INBOUND',
    filter_chains: [{ filters: [filter] }],
  });
}

function manager(config: Record<string, unknown>): EnvoyExtension {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: { '@type': ENVOY_TYPES.httpConnectionManager, ...config },
  };
}

function tcpProxy(statPrefix: string, target: Record<string, unknown>): EnvoyExtension {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: {
      '@type': ENVOY_TYPES.tcpProxy,
      stat_prefix: statPrefix,
      access_log: accessLog('connections'),
      ...target,
    },
  };
}
