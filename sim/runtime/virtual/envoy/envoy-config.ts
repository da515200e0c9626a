import { parse } from 'yaml';
import { fromBase64 } from '../../../kube/base64.ts';
import { parseAddress } from '../network/nat.ts';
import { type AccessLog, compileAccessLog } from './access-log.ts';
import { type BreakerLimits, DEFAULT_LIMITS } from './circuit-breaker.ts';
import { type EnvoyRbac, readRbac } from './envoy-rbac.ts';
import { type EnvoyVirtualHost, readVirtualHosts } from './envoy-routes.ts';
import { type EnvoyTls, readTls } from './envoy-secrets.ts';
import { list, number, type Raw, text, texts } from './raw.ts';

/** A host that a cluster sends to; `original`: where the client wanted to go. */
export interface EnvoyCluster {
  name: string;
  endpoint: { address: string; port: number } | undefined;
  original: 'destination' | 'local-port' | undefined;
  /** Its endpoints come from the control plane. */
  eds?: boolean;
  /** TLS towards the host. */
  tls?: EnvoyTls;
  /** Default: Envoy's. */
  limits?: BreakerLimits;
}

export type EnvoyFilter =
  | {
      kind: 'http';
      hosts: readonly EnvoyVirtualHost[];
      /** The name of routes that come from the control plane, instead. */
      rds?: string;
      accessLog: AccessLog | undefined;
    }
  | { kind: 'tcp'; cluster: string; accessLog: AccessLog | undefined };

export interface EnvoyFilterChain {
  transportProtocol: string | undefined;
  applicationProtocols: readonly string[];
  /** Where the client wanted to go. */
  destinationPort?: number;
  prefixRanges?: readonly { first: number; size: number }[];
  serverNames?: readonly string[];
  /** TLS towards the client. */
  tls: EnvoyTls | undefined;
  /** Who gets past the first filter. */
  rbac?: EnvoyRbac;
  filter: EnvoyFilter;
}

export interface EnvoyListenerConfig {
  address: string;
  port: number;
  inspectsTls: boolean;
  chains: readonly EnvoyFilterChain[];
  /** Takes what no chain matches. */
  fallback?: EnvoyFilterChain;
}

export interface EnvoyConfig {
  admin: { address: string; port: number } | undefined;
  listeners: readonly EnvoyListenerConfig[];
  clusters: ReadonlyMap<string, EnvoyCluster>;
  /** The cluster of the control plane that sends it listeners. */
  controlPlane: EnvoyCluster | undefined;
  /** The name by which it introduces itself, and the text of the certificate that it shows there, if it is inline. */
  nodeID: string;
  ownCertificate: string | undefined;
}

/**
 * Compiles a bootstrap (YAML or JSON): static listeners with http_connection_manager and tcp_proxy, static clusters.
 * Throws an Error with a text for Envoy's log.
 */
export function readBootstrap(source: string): EnvoyConfig {
  const bootstrap: unknown = parse(source);
  if (typeof bootstrap !== 'object' || bootstrap === null)
    throw new Error('Unable to parse JSON as proto: not an object');
  return readConfig(bootstrap as Raw);
}

function readConfig(bootstrap: Raw): EnvoyConfig {
  const resources = bootstrap.static_resources;
  const admin = bootstrap.admin?.address?.socket_address;
  const clusters = new Map(
    list(resources?.clusters).map((cluster) => [text(cluster.name) ?? '', readCluster(cluster)]),
  );
  const dynamic = bootstrap.dynamic_resources;
  const [service] = list(dynamic?.ads_config?.grpc_services);
  const controlPlane = text(service?.envoy_grpc?.cluster_name) ?? '';
  const control = list(resources?.clusters).find(({ name }) => text(name) === controlPlane);
  const [own] = list(control?.transport_socket?.typed_config?.common_tls_context?.tls_certificates);
  const inline = text(own?.certificate_chain?.inline_bytes);
  return {
    admin:
      admin === undefined
        ? undefined
        : { address: text(admin.address) ?? '127.0.0.1', port: number(admin.port_value) ?? 0 },
    listeners: list(resources?.listeners).map(readListener),
    clusters,
    controlPlane: dynamic?.lds_config === undefined ? undefined : clusters.get(controlPlane),
    nodeID: text(bootstrap.node?.id) ?? '',
    ownCertificate: inline === undefined ? undefined : fromBase64(inline),
  };
}

/** Throws an Error with Envoy's complaint. */
export function readListener(listener: Raw): EnvoyListenerConfig {
  const place = listener.address?.socket_address;
  const chains = list(listener.filter_chains).map(readChain);
  const fallback = listener.default_filter_chain;
  const inspector = list(listener.listener_filters).some(({ name }) => text(name)?.endsWith('tls_inspector'));
  return {
    address: text(place?.address) ?? '0.0.0.0',
    port: number(place?.port_value) ?? 0,
    // Envoy puts the inspector in by itself where a chain asks for what it finds.
    inspectsTls:
      inspector ||
      chains.some((chain) => chain.transportProtocol !== undefined || chain.applicationProtocols.length > 0),
    chains,
    ...(fallback === undefined ? {} : { fallback: readChain(fallback) }),
  };
}

function readChain(chain: Raw): EnvoyFilterChain {
  const match = chain.filter_chain_match;
  const port = number(match?.destination_port);
  const ranges = list(match?.prefix_ranges).map(readRange);
  const names = texts(match?.server_names);
  const filters = list(chain.filters);
  const rbac = readRbac(filters.find(({ name }) => text(name)?.endsWith('network.rbac'))?.typed_config?.rules);
  return {
    transportProtocol: text(match?.transport_protocol),
    applicationProtocols: texts(match?.application_protocols),
    ...(port === undefined ? {} : { destinationPort: port }),
    ...(ranges.length === 0 ? {} : { prefixRanges: ranges }),
    ...(names.length === 0 ? {} : { serverNames: names }),
    tls: readTls(chain.transport_socket),
    ...(rbac === undefined ? {} : { rbac }),
    filter: readFilter(filters.at(-1)),
  };
}

function readRange(range: Raw): { first: number; size: number } {
  const size = 2 ** (32 - (number(range.prefix_len) ?? 32));
  const address = parseAddress(text(range.address_prefix) ?? '') ?? 0;
  return { first: Math.floor(address / size) * size, size };
}

function readFilter(filter: Raw | undefined): EnvoyFilter {
  const config = filter?.typed_config;
  const type = text(config?.['@type']) ?? text(filter?.name) ?? '';
  const format: unknown = list(config?.access_log)[0]?.typed_config?.log_format?.json_format;
  const accessLog = compileAccessLog(format as Record<string, unknown> | undefined);
  if (type.endsWith('.TcpProxy') || type.endsWith('tcp_proxy')) {
    const [split] = list(config?.weighted_clusters?.clusters);
    return { kind: 'tcp', cluster: text(config?.cluster) ?? text(split?.name) ?? '', accessLog };
  }
  if (!type.endsWith('HttpConnectionManager') && !type.endsWith('http_connection_manager')) {
    const name = text(filter?.name) ?? '';
    throw new Error(
      `Didn't find a registered implementation for '${name}' with type URL: '${text(config?.['@type']) ?? ''}'`,
    );
  }
  const rds = text(config?.rds?.route_config_name);
  return {
    kind: 'http',
    hosts: readVirtualHosts(config?.route_config),
    ...(rds === undefined ? {} : { rds }),
    accessLog,
  };
}

export function readCluster(cluster: Raw): EnvoyCluster {
  const [locality] = list(cluster.load_assignment?.endpoints);
  const place = list(locality?.lb_endpoints)[0]?.endpoint?.address?.socket_address;
  const type = text(cluster.type);
  const tls = readTls(cluster.transport_socket);
  return {
    name: text(cluster.name) ?? '',
    endpoint:
      place === undefined ? undefined : { address: text(place.address) ?? '', port: number(place.port_value) ?? 0 },
    original: type === 'ORIGINAL_DST' ? 'destination' : undefined,
    ...(type === 'EDS' ? { eds: true } : {}),
    ...(tls === undefined ? {} : { tls }),
    ...(cluster.circuit_breakers === undefined
      ? {}
      : { limits: readLimits(list(cluster.circuit_breakers.thresholds)) }),
  };
}

/** Those of the default priority, the only one that OSM's routes have. */
function readLimits(thresholds: readonly Raw[]): BreakerLimits {
  const threshold = thresholds.find(({ priority }) => priority === undefined || text(priority) === 'DEFAULT');
  return {
    connections: number(threshold?.max_connections) ?? DEFAULT_LIMITS.connections,
    pending: number(threshold?.max_pending_requests) ?? DEFAULT_LIMITS.pending,
  };
}

/** The hosts of a ClusterLoadAssignment. */
export function readEndpoints(assignment: Raw): { address: string; port: number }[] {
  return list(assignment.endpoints)
    .flatMap(({ lb_endpoints }) => list(lb_endpoints))
    .map(({ endpoint }) => endpoint?.address?.socket_address)
    .map((place) => ({ address: text(place?.address) ?? '', port: number(place?.port_value) ?? 0 }));
}
