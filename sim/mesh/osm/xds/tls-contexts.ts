import { ENVOY_TYPES, type EnvoyExtension } from '../envoy-objects.ts';
import type { MeshConfigSidecar } from '../mesh-config.ts';
import type { ServiceIdentity } from './identity.ts';
import { type MeshService, serverName, serviceKey } from './mesh-view.ts';
import { ADS } from './resource.ts';

/** Proxies of the mesh offer and demand it. */
export const ALPN_IN_MESH = ['osm'];

/** Names of secrets, as a proxy asks for them. Models openservicemesh/osm v1.1 pkg/envoy/secrets. */
export const SECRET_NAMES = {
  service: ({ namespace, serviceAccount }: ServiceIdentity) => `service-cert:${namespace}/${serviceAccount}`,
  rootInbound: ({ namespace, serviceAccount }: ServiceIdentity) =>
    `root-cert-for-mtls-inbound:${namespace}/${serviceAccount}`,
  rootOutbound: (service: Pick<MeshService, 'namespace' | 'name'>) =>
    `root-cert-for-mtls-outbound:${serviceKey(service)}`,
} as const;

/** Towards clients: shows the identity's certificate, demands one of theirs. Models v1.1 GetDownstreamTLSContext. */
export function downstreamTls(identity: ServiceIdentity, sidecar: MeshConfigSidecar): EnvoyExtension {
  return socket(ENVOY_TYPES.downstreamTls, {
    common_tls_context: common(SECRET_NAMES.service(identity), SECRET_NAMES.rootInbound(identity), sidecar),
    require_client_certificate: true,
  });
}

/** Towards a service: its name as SNI finds the filter chain there. Models v1.1 GetUpstreamTLSContext. */
export function upstreamTls(
  identity: ServiceIdentity,
  service: MeshService,
  sidecar: MeshConfigSidecar,
): EnvoyExtension {
  return socket(ENVOY_TYPES.upstreamTls, {
    common_tls_context: {
      ...common(SECRET_NAMES.service(identity), SECRET_NAMES.rootOutbound(service), sidecar),
      alpn_protocols: ALPN_IN_MESH,
    },
    sni: serverName(service),
  });
}

function common(certificate: string, validation: string, sidecar: MeshConfigSidecar): Record<string, unknown> {
  return {
    tls_params: {
      tls_minimum_protocol_version: sidecar.tlsMinProtocolVersion ?? 'TLSv1_2',
      tls_maximum_protocol_version: sidecar.tlsMaxProtocolVersion ?? 'TLSv1_3',
      ...(sidecar.cipherSuites?.length ? { cipher_suites: sidecar.cipherSuites } : {}),
      ...(sidecar.ecdhCurves?.length ? { ecdh_curves: sidecar.ecdhCurves } : {}),
    },
    tls_certificate_sds_secret_configs: [{ name: certificate, sds_config: ADS }],
    validation_context_sds_secret_config: { name: validation, sds_config: ADS },
  };
}

function socket(type: string, config: Record<string, unknown>): EnvoyExtension {
  return { name: 'envoy.transport_sockets.tls', typed_config: { '@type': type, ...config } };
}
