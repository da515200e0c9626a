import { accessLog } from './access-log.ts';
import { OSM_PORTS, PROBE_TYPES, type ProbeType } from './constants.ts';
import {
  ENVOY_TYPES,
  type EnvoyCluster,
  type EnvoyExtension,
  type EnvoyFilterChain,
  type EnvoyListener,
  singleEndpoint,
  socketAddress,
} from './envoy-objects.ts';
import type { OsmProfile } from './profiles.ts';
import { type OriginalProbe, rewrittenPath } from './rewrite-probes.ts';

/**
 * What answers the rewritten probes: for each probe type one listener, and a cluster to the app at 127.0.0.1.
 * `probes` are the effective ones. They are static: they come up with Envoy, whether or not the control plane answers.
 * Models openservicemesh/osm v1.1 pkg/injector/envoy_config_health_probes.go; `main` has a route per container.
 */
export function probeResources(
  probes: readonly OriginalProbe[],
  profile: OsmProfile,
): { clusters: EnvoyCluster[]; listeners: EnvoyListener[] } {
  const proxied = probes.filter((probe) => probe.kind !== 'tcp' || !profile.probes.tcpBecomesHealthcheck);
  const listeners = PROBE_TYPES.flatMap((type) => {
    const ofType = proxied.filter((probe) => probe.type === type);
    return ofType.length === 0 ? [] : [probeListener(type, ofType, profile)];
  });
  return { clusters: proxied.map((probe) => probeCluster(probe, profile)), listeners };
}

function clusterName(probe: OriginalProbe, profile: OsmProfile): string {
  return `${profile.probes.perContainer ? `${probe.container}_` : ''}${probe.type}_cluster`;
}

/** No connect_timeout (Envoy's default is 5s), no lb_policy: OSM leaves both to Envoy. The port is a uint32 there. */
function probeCluster(probe: OriginalProbe, profile: OsmProfile): EnvoyCluster {
  const name = clusterName(probe, profile);
  return { load_assignment: singleEndpoint(name, socketAddress('127.0.0.1', probe.port >>> 0)), name, type: 'STATIC' };
}

function probeListener(type: ProbeType, probes: readonly OriginalProbe[], profile: OsmProfile): EnvoyListener {
  const { tlsInspector } = profile.bootstrap;
  const http = probes.filter((probe) => probe.kind === 'http');
  const tcp = probes.filter((probe) => probe.kind !== 'http').at(-1);
  const chains: EnvoyFilterChain[] = [];
  if (tcp !== undefined) {
    const match = tlsInspector ? { filter_chain_match: { transport_protocol: 'tls' } } : {};
    chains.push({ ...match, filters: [tcpProxy(tcp, profile)] });
  }
  if (http.length > 0) chains.push({ filters: [httpConnectionManager(http, profile)] });
  return {
    address: socketAddress('0.0.0.0', OSM_PORTS[type]),
    filter_chains: chains,
    ...(tlsInspector
      ? { listener_filters: [{ name: 'tls_inspector', typed_config: { '@type': ENVOY_TYPES.tlsInspector } }] }
      : {}),
    name: `${type}_listener`,
  };
}

function httpConnectionManager(probes: readonly OriginalProbe[], profile: OsmProfile): EnvoyExtension {
  const { filterNames, routerTypedConfig } = profile.bootstrap;
  return {
    name: filterNames.httpConnectionManager,
    typed_config: {
      '@type': ENVOY_TYPES.httpConnectionManager,
      access_log: accessLog('requests'),
      http_filters: [
        { name: filterNames.router, ...(routerTypedConfig ? { typed_config: { '@type': ENVOY_TYPES.router } } : {}) },
      ],
      route_config: {
        name: 'local_route',
        virtual_hosts: [
          { domains: ['*'], name: 'local_service', routes: probes.map((probe) => probeRoute(probe, profile)) },
        ],
      },
      stat_prefix: 'health_probes_http',
    },
  };
}

/** A prefix match: `/osm-liveness-probeXYZ` reaches the app as `<path>XYZ`. No path, no rewrite. */
function probeRoute(probe: OriginalProbe, profile: OsmProfile): Record<string, unknown> {
  const timeout = profile.probes.routeTimeout ? Math.max(1, probe.timeoutSeconds) : 1;
  return {
    match: { prefix: rewrittenPath(probe.type, probe.container, profile) },
    route: {
      cluster: clusterName(probe, profile),
      ...(probe.path === '' ? {} : { prefix_rewrite: probe.path }),
      timeout: `${timeout}s`,
    },
  };
}

function tcpProxy(probe: OriginalProbe, profile: OsmProfile): EnvoyExtension {
  return {
    name: profile.bootstrap.filterNames.tcpProxy,
    typed_config: {
      '@type': ENVOY_TYPES.tcpProxy,
      access_log: accessLog('connections'),
      cluster: clusterName(probe, profile),
      stat_prefix: profile.bootstrap.httpsStatPrefix,
    },
  };
}
