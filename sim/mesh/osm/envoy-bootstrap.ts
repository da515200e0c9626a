import { toBase64 } from '../../kube/base64.ts';
import { adminAccessLog } from './access-log.ts';
import { ENVOY_CONFIG_DIRECTORY, OSM_PORTS } from './constants.ts';
import { ENVOY_TYPES, type EnvoyBootstrap, type EnvoyCluster, singleEndpoint, socketAddress } from './envoy-objects.ts';
import type { MeshConfigSidecar } from './mesh-config.ts';
import { probeResources } from './probe-listeners.ts';
import type { OsmProfile } from './profiles.ts';
import type { OriginalProbe } from './rewrite-probes.ts';

/** The certificate by which a proxy is known to osm-controller; PEM texts. */
export interface ProxyCertificate {
  certificateChain: string;
  privateKey: string;
  /** The authorities that the proxy trusts. */
  issuingCA: string;
  /** `main` writes into the Secret who signed, and who validates. */
  signingIssuerID?: string;
  validatingIssuerID?: string;
}

/** What a MeshConfig says about TLS. */
type TlsSettings = Pick<
  MeshConfigSidecar,
  'tlsMinProtocolVersion' | 'tlsMaxProtocolVersion' | 'cipherSuites' | 'ecdhCurves'
>;

const TLS_VERSIONS = ['TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'];
const FIXED_TLS: TlsSettings = { tlsMinProtocolVersion: 'TLSv1_2', tlsMaxProtocolVersion: 'TLSv1_3' };

export interface BootstrapOptions {
  profile: OsmProfile;
  nodeId: string;
  osmNamespace: string;
  certificate: ProxyCertificate;
  /** The mesh's TLS parameters; none: Envoy's own. */
  tls?: TlsSettings;
  /** The effective original probes. */
  probes: readonly OriginalProbe[];
}

/** Names that Envoy's bootstrap and the files of the Secret share since v1.2. */
export const SDS = {
  tlsName: 'tls_sds',
  validationName: 'validation_context_sds',
  tlsFile: 'tls_certificate_sds_secret.yaml',
  validationFile: 'validation_context_sds_secret.yaml',
  certificate: 'sds_cert.pem',
  privateKey: 'sds_key.pem',
  authority: 'cacert.pem',
} as const;

/** `<uuid>.sidecar.<service account>.<namespace>.cluster.local`: what osm-controller knows a proxy by until v1.2. */
export function proxyCommonName(uuid: string, serviceAccount: string, namespace: string): string {
  return `${uuid}.sidecar.${serviceAccount}.${namespace}.cluster.local`;
}

/**
 * Envoy's bootstrap as the injector writes it into the pod's Secret.
 * Models openservicemesh/osm v1.1 pkg/injector/envoy_config.go and pkg/envoy/bootstrap.
 */
export function envoyBootstrap(options: BootstrapOptions): EnvoyBootstrap {
  const { clusters, listeners } = probeResources(options.probes, options.profile);
  return {
    admin: { access_log: adminAccessLog(), address: socketAddress('127.0.0.1', OSM_PORTS.admin) },
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        grpc_services: [{ envoy_grpc: { cluster_name: 'osm-controller' } }],
        set_node_on_first_message_only: true,
        transport_api_version: 'V3',
      },
      cds_config: { ads: {}, resource_api_version: 'V3' },
      lds_config: { ads: {}, resource_api_version: 'V3' },
    },
    node: { id: options.nodeId },
    static_resources: {
      clusters: [controllerCluster(options), ...clusters],
      ...(listeners.length > 0 ? { listeners } : {}),
    },
  };
}

function controllerCluster({ profile, osmNamespace, certificate, tls = {} }: BootstrapOptions): EnvoyCluster {
  const address = socketAddress(`osm-controller.${osmNamespace}.svc.cluster.local`, OSM_PORTS.ads);
  return {
    load_assignment: singleEndpoint('osm-controller', address),
    name: 'osm-controller',
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': ENVOY_TYPES.upstreamTls,
        common_tls_context: {
          alpn_protocols: ['h2'],
          ...(profile.bootstrap.certificates === 'inline' ? inlineCertificates(certificate) : sdsCertificates()),
          tls_params: tlsParams(profile.bootstrap.tlsParams === 'fixed' ? FIXED_TLS : tls),
        },
      },
    },
    type: 'LOGICAL_DNS',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': ENVOY_TYPES.httpProtocolOptions,
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    ...(profile.bootstrap.tcpKeepalive
      ? {
          upstream_connection_options: {
            tcp_keepalive: { keepalive_interval: 5, keepalive_probes: 5, keepalive_time: 60 },
          },
        }
      : {}),
  };
}

/** A version that Envoy's API does not know counts as `TLS_AUTO`, which is left unwritten. */
function tlsParams(tls: TlsSettings): Record<string, unknown> {
  const {
    tlsMinProtocolVersion: least = '',
    tlsMaxProtocolVersion: most = '',
    cipherSuites = [],
    ecdhCurves = [],
  } = tls;
  return {
    ...(cipherSuites.length > 0 ? { cipher_suites: cipherSuites } : {}),
    ...(ecdhCurves.length > 0 ? { ecdh_curves: ecdhCurves } : {}),
    ...(TLS_VERSIONS.includes(most) ? { tls_maximum_protocol_version: most } : {}),
    ...(TLS_VERSIONS.includes(least) ? { tls_minimum_protocol_version: least } : {}),
  };
}

function inlineCertificates(certificate: ProxyCertificate): Record<string, unknown> {
  return {
    tls_certificates: [
      {
        certificate_chain: { inline_bytes: toBase64(certificate.certificateChain) },
        private_key: { inline_bytes: toBase64(certificate.privateKey) },
      },
    ],
    validation_context: { trusted_ca: { inline_bytes: toBase64(certificate.issuingCA) } },
  };
}

function sdsCertificates(): Record<string, unknown> {
  const path = (file: string): { path: string } => ({ path: `${ENVOY_CONFIG_DIRECTORY}/${file}` });
  return {
    tls_certificate_sds_secret_configs: [{ name: SDS.tlsName, sds_config: path(SDS.tlsFile) }],
    validation_context_sds_secret_config: { name: SDS.validationName, sds_config: path(SDS.validationFile) },
  };
}
