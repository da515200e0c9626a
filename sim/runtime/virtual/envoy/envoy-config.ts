import { parse } from 'yaml';
import { parseDuration } from '../../../core/duration.ts';
import { type AccessLog, compileAccessLog } from './access-log.ts';

/** A host that a cluster sends to; `original`: where the client wanted to go. */
export interface EnvoyCluster {
  name: string;
  endpoint: { address: string; port: number } | undefined;
  original: 'destination' | 'local-port' | undefined;
  /** Shows the proxy's certificate to the other end, if that asks for one. */
  mesh: boolean;
}

export interface EnvoyRoute {
  prefix: string | undefined;
  path: string | undefined;
  cluster: string | undefined;
  prefixRewrite: string | undefined;
  /** ms; 0: none. */
  timeoutMs: number;
  direct: { status: number; body: string } | undefined;
}

export type EnvoyFilter =
  | { kind: 'http'; routes: readonly EnvoyRoute[]; accessLog: AccessLog | undefined }
  | { kind: 'tcp'; cluster: string; accessLog: AccessLog | undefined };

export interface EnvoyFilterChain {
  transportProtocol: string | undefined;
  applicationProtocols: readonly string[];
  /** TLS towards the client. */
  tls: { requireClientCertificate: boolean } | undefined;
  filter: EnvoyFilter;
}

export interface EnvoyListenerConfig {
  address: string;
  port: number;
  inspectsTls: boolean;
  chains: readonly EnvoyFilterChain[];
}

export interface EnvoyConfig {
  admin: { address: string; port: number } | undefined;
  listeners: readonly EnvoyListenerConfig[];
  clusters: ReadonlyMap<string, EnvoyCluster>;
  /** It has a control plane that sends it listeners. */
  dynamic: boolean;
}

/** A piece of configuration nobody has checked yet. */
interface Raw {
  readonly [key: string]: Raw | undefined;
}

/**
 * Compiles a bootstrap (YAML or JSON): static listeners with http_connection_manager and tcp_proxy, static clusters.
 * Throws an Error with a text for Envoy's log.
 */
export function readBootstrap(source: string): EnvoyConfig {
  const bootstrap: unknown = parse(source);
  if (typeof bootstrap !== 'object' || bootstrap === null)
    throw new Error('Unable to parse JSON as proto: not an object');
  return readConfig(bootstrap);
}

/** As `readBootstrap`, from the object. */
export function readConfig(value: object): EnvoyConfig {
  const bootstrap = value as Raw;
  const resources = bootstrap.static_resources;
  const admin = bootstrap.admin?.address?.socket_address;
  return {
    admin:
      admin === undefined
        ? undefined
        : { address: text(admin.address) ?? '127.0.0.1', port: number(admin.port_value) ?? 0 },
    listeners: list(resources?.listeners).map(readListener),
    clusters: new Map(
      list(resources?.clusters)
        .map(readCluster)
        .map((cluster) => [cluster.name, cluster]),
    ),
    dynamic: bootstrap.dynamic_resources?.lds_config !== undefined,
  };
}

function list(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function readListener(listener: Raw): EnvoyListenerConfig {
  const place = listener.address?.socket_address;
  const chains = list(listener.filter_chains).map(readChain);
  const inspector = list(listener.listener_filters).some(({ name }) => text(name)?.endsWith('tls_inspector'));
  return {
    address: text(place?.address) ?? '0.0.0.0',
    port: number(place?.port_value) ?? 0,
    // Envoy puts the inspector in by itself where a chain asks for what it finds.
    inspectsTls:
      inspector ||
      chains.some((chain) => chain.transportProtocol !== undefined || chain.applicationProtocols.length > 0),
    chains,
  };
}

function readChain(chain: Raw): EnvoyFilterChain {
  const match = chain.filter_chain_match;
  const socket = chain.transport_socket?.typed_config;
  const required: unknown = socket?.require_client_certificate;
  return {
    transportProtocol: text(match?.transport_protocol),
    applicationProtocols: texts(match?.application_protocols),
    tls: socket === undefined ? undefined : { requireClientCertificate: required === true },
    filter: readFilter(list(chain.filters).at(-1)),
  };
}

function readFilter(filter: Raw | undefined): EnvoyFilter {
  const config = filter?.typed_config;
  const type = text(config?.['@type']) ?? text(filter?.name) ?? '';
  const format: unknown = list(config?.access_log)[0]?.typed_config?.log_format?.json_format;
  const accessLog = compileAccessLog(format as Record<string, unknown> | undefined);
  if (type.endsWith('.TcpProxy') || type.endsWith('tcp_proxy')) {
    return { kind: 'tcp', cluster: text(config?.cluster) ?? '', accessLog };
  }
  if (!type.endsWith('HttpConnectionManager') && !type.endsWith('http_connection_manager')) {
    const name = text(filter?.name) ?? '';
    throw new Error(
      `Didn't find a registered implementation for '${name}' with type URL: '${text(config?.['@type']) ?? ''}'`,
    );
  }
  const hosts = list(config?.route_config?.virtual_hosts);
  return { kind: 'http', routes: hosts.flatMap((host) => list(host.routes)).map(readRoute), accessLog };
}

/** Envoy's default route time-out. */
const ROUTE_TIMEOUT_MS = 15_000;

function readRoute(route: Raw): EnvoyRoute {
  const action = route.route;
  const direct = route.direct_response;
  const status = number(direct?.status);
  return {
    prefix: text(route.match?.prefix),
    path: text(route.match?.path),
    cluster: text(action?.cluster),
    prefixRewrite: text(action?.prefix_rewrite),
    timeoutMs: parseDuration(text(action?.timeout) ?? '') ?? ROUTE_TIMEOUT_MS,
    direct: status === undefined ? undefined : { status, body: text(direct?.body?.inline_string) ?? '' },
  };
}

function readCluster(cluster: Raw): EnvoyCluster {
  const [locality] = list(cluster.load_assignment?.endpoints);
  const place = list(locality?.lb_endpoints)[0]?.endpoint?.address?.socket_address;
  return {
    name: text(cluster.name) ?? '',
    endpoint:
      place === undefined ? undefined : { address: text(place.address) ?? '', port: number(place.port_value) ?? 0 },
    original: text(cluster.type) === 'ORIGINAL_DST' ? 'destination' : undefined,
    mesh: false,
  };
}
