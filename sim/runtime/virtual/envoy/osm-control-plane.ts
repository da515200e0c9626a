import type { EnvoyCluster, EnvoyListenerConfig } from './envoy-config.ts';

/** The listeners and clusters that a control plane sends. */
export interface DynamicConfig {
  listeners: readonly EnvoyListenerConfig[];
  clusters: readonly EnvoyCluster[];
}

const NO_TIMEOUT = { path: undefined, prefixRewrite: undefined, timeoutMs: 0, direct: undefined } as const;

/**
 * What osm-controller sends a proxy, cut down to what a pod's probes and requests meet: the inbound listener takes only
 * TLS with ALPN `osm` and a client certificate, the outbound one passes on to where the app wanted to go (showing its
 * own certificate to other proxies), 15010 serves metrics.
 * Models openservicemesh/osm v1.1 pkg/envoy/lds.
 */
export const OSM_DYNAMIC_CONFIG: DynamicConfig = {
  listeners: [
    {
      address: '0.0.0.0',
      port: 15003,
      inspectsTls: true,
      chains: [
        {
          transportProtocol: 'tls',
          applicationProtocols: ['osm'],
          tls: { requireClientCertificate: true },
          filter: { kind: 'http', accessLog: undefined, routes: [{ prefix: '/', cluster: 'local', ...NO_TIMEOUT }] },
        },
      ],
    },
    {
      address: '0.0.0.0',
      port: 15001,
      inspectsTls: false,
      chains: [
        {
          transportProtocol: undefined,
          applicationProtocols: [],
          tls: undefined,
          filter: { kind: 'http', accessLog: undefined, routes: [{ prefix: '/', cluster: 'outbound', ...NO_TIMEOUT }] },
        },
      ],
    },
    {
      address: '0.0.0.0',
      port: 15010,
      inspectsTls: false,
      chains: [
        {
          transportProtocol: undefined,
          applicationProtocols: [],
          tls: undefined,
          filter: {
            kind: 'http',
            accessLog: undefined,
            routes: [
              {
                prefix: '/stats/prometheus',
                cluster: undefined,
                ...NO_TIMEOUT,
                direct: { status: 200, body: '# no metrics are modelled\n' },
              },
            ],
          },
        },
      ],
    },
  ],
  clusters: [
    { name: 'local', endpoint: undefined, original: 'local-port', mesh: false },
    { name: 'outbound', endpoint: undefined, original: 'destination', mesh: true },
  ],
};
