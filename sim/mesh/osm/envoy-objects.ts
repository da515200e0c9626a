/**
 * The part of Envoy's v3 configuration that OSM writes, as plain JSON (the form `envoy --config-yaml` reads).
 * `typed_config` is open: its `@type` says what it holds.
 */
export interface EnvoyBootstrap {
  node?: { id?: string; cluster?: string };
  admin?: { access_log?: unknown[]; address: EnvoyAddress };
  dynamic_resources?: Record<string, unknown>;
  static_resources: { clusters: EnvoyCluster[]; listeners?: EnvoyListener[] };
  [field: string]: unknown;
}

export interface EnvoyAddress {
  socket_address: { address: string; port_value: number };
}

export interface EnvoyCluster {
  name: string;
  type?: string;
  load_assignment?: {
    cluster_name: string;
    endpoints: { lb_endpoints: { endpoint: { address: EnvoyAddress } }[] }[];
  };
  [field: string]: unknown;
}

export interface EnvoyListener {
  name: string;
  address: EnvoyAddress;
  filter_chains?: EnvoyFilterChain[];
  listener_filters?: EnvoyExtension[];
  [field: string]: unknown;
}

export interface EnvoyFilterChain {
  filter_chain_match?: Record<string, unknown>;
  filters: EnvoyExtension[];
  transport_socket?: EnvoyExtension;
}

export interface EnvoyExtension {
  name: string;
  typed_config?: { '@type': string; [field: string]: unknown };
}

const TYPE_PREFIX = 'type.googleapis.com/envoy.';

export const ENVOY_TYPES = {
  httpConnectionManager: `${TYPE_PREFIX}extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
  tcpProxy: `${TYPE_PREFIX}extensions.filters.network.tcp_proxy.v3.TcpProxy`,
  router: `${TYPE_PREFIX}extensions.filters.http.router.v3.Router`,
  tlsInspector: `${TYPE_PREFIX}extensions.filters.listener.tls_inspector.v3.TlsInspector`,
  originalDst: `${TYPE_PREFIX}extensions.filters.listener.original_dst.v3.OriginalDst`,
  upstreamTls: `${TYPE_PREFIX}extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
  downstreamTls: `${TYPE_PREFIX}extensions.transport_sockets.tls.v3.DownstreamTlsContext`,
  secret: `${TYPE_PREFIX}extensions.transport_sockets.tls.v3.Secret`,
  httpProtocolOptions: `${TYPE_PREFIX}extensions.upstreams.http.v3.HttpProtocolOptions`,
} as const;

/** `{socket_address: …}` */
export function socketAddress(address: string, port: number): EnvoyAddress {
  return { socket_address: { address, port_value: port } };
}

/** The one endpoint of a cluster. */
export function singleEndpoint(cluster: string, address: EnvoyAddress): NonNullable<EnvoyCluster['load_assignment']> {
  return { cluster_name: cluster, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] };
}
