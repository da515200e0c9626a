import { selfSignedCertificate } from '../../containers/program-host/certificate.ts';
import { envoyBootstrap } from '../../sim/mesh/osm/envoy-bootstrap.ts';
import { goYaml } from '../../sim/mesh/osm/go-yaml.ts';
import { iptablesScript } from '../../sim/mesh/osm/iptables-rules.ts';
import { OSM_PROFILES } from '../../sim/mesh/osm/profiles.ts';
import { standaloneBootstrap } from '../../sim/mesh/osm/standalone-bootstrap.ts';
import type { ContainerCommand } from '../../sim/runtime/port.ts';

type Spec = Pick<ContainerCommand, 'container' | 'image'> & Partial<ContainerCommand>;

const PROFILE = OSM_PROFILES['1.1'];
const NONE = { addCapabilities: [], dropCapabilities: [] };
const NO_EXCLUSIONS = {
  outboundPorts: [],
  inboundPorts: [],
  outboundIPRanges: [],
  includedOutboundIPRanges: [],
  networkInterfaces: [],
};

/** The containers that OSM 1.1's injector makes of the bookstore pod, in the order in which the kubelet starts them. */
export function meshedBookstore(): { init: Spec; bookstore: Spec; healthcheck: Spec; envoy: Spec } {
  return {
    init: {
      container: 'osm-init',
      role: 'init',
      image: 'openservicemesh/init:v1.1.4',
      command: ['/bin/sh'],
      args: ['-c', iptablesScript(NO_EXCLUSIONS, 'Localhost', PROFILE)],
      security: { ...NONE, runAsUser: 0, addCapabilities: ['NET_ADMIN'] },
    },
    bookstore: { container: 'bookstore', image: 'openservicemesh/bookstore:v0.8.0' },
    healthcheck: {
      container: 'osm-healthcheck',
      image: 'openservicemesh/osm-healthcheck:v1.1.4',
      command: ['/osm-healthcheck'],
      args: ['--verbosity', 'info'],
    },
    envoy: {
      container: 'envoy',
      image: 'envoyproxy/envoy-alpine:v1.19.3',
      command: ['envoy'],
      args: ['--log-level', 'error', '--config-path', '/etc/envoy/bootstrap.yaml', '--service-cluster', 'bookstore.'],
      security: { ...NONE, runAsUser: 1500 },
      mounts: [
        {
          mountPath: '/etc/envoy',
          readOnly: true,
          source: {
            type: 'files',
            volume: 'envoy-bootstrap-config-volume',
            files: { 'bootstrap.yaml': new TextEncoder().encode(bootstrap()) },
            mode: 0o644,
          },
        },
      ],
    },
  };
}

function bootstrap(): string {
  const { cert, key } = selfSignedCertificate('bookstore');
  const probe = { container: 'bookstore', kind: 'http', port: 14001, timeoutSeconds: 1 } as const;
  const original = envoyBootstrap({
    profile: PROFILE,
    nodeId: 'bookstore',
    osmNamespace: 'osm-system',
    certificate: { certificateChain: cert, privateKey: key, issuingCA: cert },
    probes: [
      { ...probe, type: 'liveness', path: '/liveness' },
      { ...probe, type: 'readiness', path: '/readiness' },
      { ...probe, type: 'startup', path: '/startup' },
    ],
  });
  const certificates = { certificateChain: cert, privateKey: key, trustedCA: cert };
  return goYaml(standaloneBootstrap(original, { envoyVersion: '1.40.0', certificates, inboundPorts: [14001] }));
}
