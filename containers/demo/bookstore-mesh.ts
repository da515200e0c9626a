import { goYaml } from '../../sim/kube/go-yaml.ts';
import { envoyBootstrap } from '../../sim/mesh/osm/envoy-bootstrap.ts';
import { iptablesScript } from '../../sim/mesh/osm/iptables-rules.ts';
import { OSM_PROFILES } from '../../sim/mesh/osm/profiles.ts';
import { standaloneBootstrap } from '../../sim/mesh/osm/standalone-bootstrap.ts';
import { selfSignedCertificate } from '../program-host/certificate.ts';

const PROFILE = OSM_PROFILES['1.1'];
const APP_PORT = 14001;
const NOTHING_EXCLUDED = {
  outboundPorts: [],
  inboundPorts: [],
  outboundIPRanges: [],
  includedOutboundIPRanges: [],
  networkInterfaces: [],
};

/**
 * What OSM 1.1's injector adds to the documented bookstore pod with its three HTTP probes: osm-init's script, and
 * Envoy's bootstrap in the form that an Envoy 1.40 loads without a control plane.
 */
export function bookstoreMesh(): { iptables: string; bootstrap: string } {
  const { cert, key } = selfSignedCertificate('bookstore');
  const probe = { container: 'bookstore', kind: 'http', port: APP_PORT, timeoutSeconds: 1 } as const;
  const injected = envoyBootstrap({
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
  const options = { envoyVersion: '1.40.0', certificates, inboundPorts: [APP_PORT] };
  return {
    iptables: iptablesScript(NOTHING_EXCLUDED, 'Localhost', PROFILE),
    bootstrap: goYaml(standaloneBootstrap(injected, options)),
  };
}
