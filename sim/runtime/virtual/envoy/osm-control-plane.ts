import type { EnvoyCluster, EnvoyListenerConfig } from './envoy-config.ts';

/** The listeners and clusters that a control plane sends. */
export interface DynamicConfig {
  listeners: readonly EnvoyListenerConfig[];
  clusters: readonly EnvoyCluster[];
}

const NO_TIMEOUT = { path: undefined, prefixRewrite: undefined, timeoutMs: 0, direct: undefined } as const;

const METRICS = {
  prefix: '/stats/prometheus',
  cluster: undefined,
  ...NO_TIMEOUT,
  direct: { status: 200, body: '# no metrics are modelled\n' },
};
const NAMELESS = { certificate: undefined, validation: undefined, alpn: ['osm'], sni: '' };

function everything(cluster: string) {
  return [{ domains: ['*'], routes: [{ prefix: '/', cluster, ...NO_TIMEOUT }] }];
}

/**
 * Where a bootstrap names a control plane that the world does not have: what osm-controller sends a proxy, cut down to what a pod's probes and requests meet: the inbound listener takes only
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
          tls: { ...NAMELESS, requireClientCertificate: true },
          filter: { kind: 'http', accessLog: undefined, hosts: everything('local') },
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
          filter: { kind: 'http', accessLog: undefined, hosts: everything('outbound') },
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
            hosts: [{ domains: ['*'], routes: [METRICS] }],
          },
        },
      ],
    },
  ],
  clusters: [
    { name: 'local', endpoint: undefined, original: 'local-port' },
    {
      name: 'outbound',
      endpoint: undefined,
      original: 'destination',
      tls: { ...NAMELESS, requireClientCertificate: false },
    },
  ],
};
