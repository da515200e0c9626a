import { toBase64 } from '../../kube/base64.ts';
import { accessLog } from './access-log.ts';
import { OSM_PORTS } from './constants.ts';
import {
  ENVOY_TYPES,
  type EnvoyBootstrap,
  type EnvoyCluster,
  type EnvoyExtension,
  type EnvoyFilterChain,
  type EnvoyListener,
  singleEndpoint,
  socketAddress,
} from './envoy-objects.ts';

/** What a workload proves itself with inside the mesh; PEM texts. */
export interface WorkloadCertificates {
  certificateChain: string;
  privateKey: string;
  /** Whose clients are let in. */
  trustedCA: string;
}

/** Clusters: the app's ports, and wherever a connection was going. */
const LOCAL = 'local-';
const PASSTHROUGH = 'passthrough-outbound';

export interface StandaloneOptions {
  /** The Envoy that is to load it, `1.40.0`; decides what must be spelt differently. */
  envoyVersion: string;
  certificates: WorkloadCertificates;
  /** Ports of the app that mesh traffic may reach. In OSM the control plane knows them from Services. */
  inboundPorts: readonly number[];
}

/**
 * The injector's bootstrap made loadable without a control plane, for the first cut of a data plane. What differs from
 * the original, and why:
 *
 * - `dynamic_resources` and the cluster `osm-controller` are left out: nobody answers there, and Envoy would log it for
 *   ever. The node stays, it is the proxy's identity in logs.
 * - the HTTP router filter gets its `typed_config` where a release of OSM leaves it out: Envoy 1.19, which v1.1
 *   shipped, takes the bare name, 1.40 refuses it (`Didn't find a registered implementation`). From 1.22 on, where OSM
 *   itself began to write it.
 * - listener `inbound-listener` on 15003: tls_inspector, one filter chain for each of `inboundPorts` that matches TLS
 *   with ALPN `osm` and demands a client certificate. In OSM it comes by ADS, matches the Service's name (SNI), too, and
 *   speaks HTTP where the app does; here bytes are proxied. Anything else is closed, as OSM's is: plain text reads
 *   `connection reset by peer`.
 * - listener `outbound-listener` on 15001: everything goes to where it was going. In OSM that is so for egress, while
 *   traffic to other meshed services is upgraded to mTLS.
 * - the metrics listener on 15010 is missing: it, too, comes by ADS.
 *
 * The probe listeners, their clusters and the admin interface are the injector's own. `bootstrap` is not changed; one
 * that is standalone already gets these parts anew (a copied pod's comes from such a Secret).
 */
export function standaloneBootstrap(bootstrap: EnvoyBootstrap, options: StandaloneOptions): EnvoyBootstrap {
  const { dynamic_resources: _controlPlane, ...rest } = structuredCopy(bootstrap);
  const { clusters, listeners = [] } = rest.static_resources;
  const inbound = inboundResources(options);
  const outbound = outboundListener();
  const ours = [inbound.listener.name, outbound.name];
  const all = [...listeners.filter((listener) => !ours.includes(listener.name)), inbound.listener, outbound];
  if (needsTypedRouter(options.envoyVersion)) for (const listener of all) typeRouters(listener);
  return {
    ...rest,
    static_resources: {
      clusters: [
        ...clusters.filter(({ name }) => name !== 'osm-controller' && name !== PASSTHROUGH && !isLocal(name)),
        ...inbound.clusters,
        { name: PASSTHROUGH, type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' },
      ],
      listeners: all,
    },
  };
}

function inboundResources(options: StandaloneOptions): { listener: EnvoyListener; clusters: EnvoyCluster[] } {
  const clusters = options.inboundPorts.map((port): EnvoyCluster => {
    const name = `${LOCAL}${port}`;
    return { name, type: 'STATIC', load_assignment: singleEndpoint(name, socketAddress('127.0.0.1', port)) };
  });
  const chains = options.inboundPorts.map((port) => meshChain(`${LOCAL}${port}`, options.certificates, port));
  if (chains.length === 0) {
    // A listener needs a chain; this one leads nowhere.
    clusters.push({
      name: `${LOCAL}none`,
      type: 'STATIC',
      load_assignment: { cluster_name: `${LOCAL}none`, endpoints: [] },
    });
    chains.push(meshChain(`${LOCAL}none`, options.certificates));
  }
  const listener = {
    name: 'inbound-listener',
    address: socketAddress('0.0.0.0', OSM_PORTS.inbound),
    traffic_direction: 'INBOUND',
    listener_filters: [
      { name: 'envoy.filters.listener.tls_inspector', typed_config: { '@type': ENVOY_TYPES.tlsInspector } },
      // The port that a client asked for, before iptables sent it here.
      { name: 'envoy.filters.listener.original_dst', typed_config: { '@type': ENVOY_TYPES.originalDst } },
    ],
    filter_chains: chains,
  };
  return { listener, clusters };
}

/** A filter chain that lets in TLS with ALPN `osm` and a client certificate of the mesh, and proxies its bytes. */
function meshChain(cluster: string, certificates: WorkloadCertificates, port?: number): EnvoyFilterChain {
  return {
    filter_chain_match: {
      ...(port === undefined ? {} : { destination_port: port }),
      transport_protocol: 'tls',
      application_protocols: ['osm'],
    },
    filters: [tcpProxy(cluster, 'inbound-mesh')],
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': ENVOY_TYPES.downstreamTls,
        common_tls_context: {
          alpn_protocols: ['osm'],
          tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
          tls_certificates: [
            {
              certificate_chain: { inline_string: certificates.certificateChain },
              // As the injector writes keys: a stand-in of one line can be exchanged for the key in a file.
              private_key: { inline_bytes: toBase64(certificates.privateKey) },
            },
          ],
          validation_context: { trusted_ca: { inline_string: certificates.trustedCA } },
        },
        require_client_certificate: true,
      },
    },
  };
}

function isLocal(cluster: string): boolean {
  return cluster.startsWith(LOCAL) && /^(?:\d+|none)$/.test(cluster.slice(LOCAL.length));
}

function outboundListener(): EnvoyListener {
  return {
    name: 'outbound-listener',
    address: socketAddress('0.0.0.0', OSM_PORTS.outbound),
    traffic_direction: 'OUTBOUND',
    listener_filters: [
      { name: 'envoy.filters.listener.original_dst', typed_config: { '@type': ENVOY_TYPES.originalDst } },
    ],
    filter_chains: [{ filters: [tcpProxy(PASSTHROUGH, PASSTHROUGH)] }],
  };
}

function tcpProxy(cluster: string, statPrefix: string): EnvoyExtension {
  const config = { stat_prefix: statPrefix, cluster, access_log: accessLog('connections') };
  return { name: 'envoy.filters.network.tcp_proxy', typed_config: { '@type': ENVOY_TYPES.tcpProxy, ...config } };
}

/**
 * The injector's bootstrap for an Envoy that finds osm-controller: as OSM writes it, but for the router filter's
 * `typed_config` where that Envoy demands one. `bootstrap` is not changed.
 */
export function connectedBootstrap(bootstrap: EnvoyBootstrap, options: { envoyVersion: string }): EnvoyBootstrap {
  const copy = structuredCopy(bootstrap);
  if (needsTypedRouter(options.envoyVersion))
    for (const listener of copy.static_resources.listeners ?? []) typeRouters(listener);
  return copy;
}

function needsTypedRouter(envoyVersion: string): boolean {
  const [major = 0, minor = 0] = envoyVersion.replace(/^v/, '').split('.').map(Number);
  return major > 1 || minor >= 22;
}

function typeRouters(listener: EnvoyListener): void {
  for (const chain of listener.filter_chains ?? []) {
    for (const filter of chain.filters) {
      const httpFilters = filter.typed_config?.http_filters as EnvoyExtension[] | undefined;
      for (const httpFilter of httpFilters ?? []) {
        if (httpFilter.name === 'envoy.filters.http.router')
          httpFilter.typed_config ??= { '@type': ENVOY_TYPES.router };
      }
    }
  }
}

/** `bootstrap` is plain JSON. */
function structuredCopy(bootstrap: EnvoyBootstrap): EnvoyBootstrap {
  return JSON.parse(JSON.stringify(bootstrap)) as EnvoyBootstrap;
}
