import type { SeenRequest } from './observed-apps.ts';

/** One probe of a case: what was asked, and what came of it. */
export interface ObservedProbe {
  probe: string;
  timeout: string;
  message: string;
  requestHeaders?: Record<string, string>;
  status?: number;
  body?: string;
  headers?: string[];
  seenByApp?: SeenRequest & { requests: number };
}

/** A line of envoy-observed.jsonl. */
export interface ObservedCase {
  name: string;
  /** What listens where: words of `observedApp`. */
  apps: Record<string, string>;
  probes: ObservedProbe[];
  /** All lines; of more than four the first two and the last. */
  accessLog: Record<string, string>[];
  accessLogLines: number;
  bootstrap: ObservedBootstrap;
}

export interface ObservedBootstrap {
  static_resources: ObservedResources;
}

interface ObservedResources {
  listeners: ObservedListener[];
  clusters: ObservedCluster[];
}

interface ObservedListener {
  listener_filters?: unknown;
  filter_chains: Record<string, unknown>[];
}

interface ObservedCluster {
  name: string;
  load_assignment: {
    endpoints: {
      lb_endpoints: { endpoint: { address: { socket_address: { address: string; port_value: number } } } }[];
    }[];
  };
}

/** A certificate for a listener that needs one; PEM. */
export interface StageCertificate {
  cert: string;
  key: string;
}

const TYPE = 'type.googleapis.com/envoy.extensions';

/**
 * The configuration that the recorder ran: the row's bootstrap without a control plane, with the router's type (Envoy
 * 1.40 does not take v1.1's bare name), and where the row says so, with mutual TLS in front.
 */
export function recordedResources(item: ObservedCase, certificate: StageCertificate): ObservedResources {
  const { listeners, clusters } = structuredClone(item.bootstrap.static_resources);
  for (const listener of listeners) for (const chain of listener.filter_chains) typeRouters(chain);
  const gate = meshGate(item);
  const [chain] = listeners[0]?.filter_chains ?? [];
  if (gate !== undefined && listeners[0] !== undefined && chain !== undefined) {
    if (gate === 'inspected') {
      const typed_config = { '@type': `${TYPE}.filters.listener.tls_inspector.v3.TlsInspector` };
      listeners[0].listener_filters = [{ name: 'tls_inspector', typed_config }];
      chain.filter_chain_match = { transport_protocol: 'tls', application_protocols: ['osm'] };
    }
    chain.transport_socket = { name: 'tls', typed_config: mutualTls(certificate) };
  }
  return { listeners, clusters: clusters.filter(({ name }) => name !== 'osm-controller') };
}

/**
 * Did the recorder put mutual TLS in front of the listener, after it had written the row's bootstrap? Every filter of
 * these bootstraps logs each request or connection, also one it refuses. So where requests ended, and not by a time-out,
 * and none was logged, no filter has seen them. That their listener looked for TLS before it chose a chain shows in a
 * reset; a chain that was chosen without looking begins a handshake, and its failure reads `EOF` or a TLS alert.
 */
function meshGate({ probes, accessLogLines }: ObservedCase): 'inspected' | 'handshake' | undefined {
  const cutOff = /: EOF$|connection reset by peer$|remote error: tls: /;
  if (accessLogLines > 0 || probes.length === 0 || !probes.every(({ message }) => cutOff.test(message)))
    return undefined;
  return probes.every(({ message }) => message.endsWith('connection reset by peer')) ? 'inspected' : 'handshake';
}

function mutualTls({ cert, key }: StageCertificate): unknown {
  return {
    '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
    require_client_certificate: true,
    common_tls_context: {
      tls_certificates: [{ certificate_chain: { inline_string: cert }, private_key: { inline_string: key } }],
      validation_context: { trusted_ca: { inline_string: cert } },
    },
  };
}

function typeRouters(chain: Record<string, unknown>): void {
  for (const filter of chain.filters as { typed_config?: { http_filters?: Record<string, unknown>[] } }[]) {
    for (const http of filter.typed_config?.http_filters ?? []) {
      http.typed_config ??= { '@type': `${TYPE}.filters.http.router.v3.Router` };
    }
  }
}

/** The ports that clusters lead to. */
export function clusterEndpoints(clusters: readonly ObservedCluster[]): { address: string; port_value: number }[] {
  return clusters.flatMap((cluster) =>
    cluster.load_assignment.endpoints.flatMap(({ lb_endpoints }) =>
      lb_endpoints.map(({ endpoint }) => endpoint.address.socket_address),
    ),
  );
}
