import { toBase64 } from '../../../kube/base64.ts';
import type { ProxyCertificate } from '../envoy-bootstrap.ts';
import { principalOf, type ServiceIdentity } from './identity.ts';
import { identitiesOfService } from './mesh-services.ts';
import { type MeshService, type MeshView, serviceKey } from './mesh-view.ts';
import { XDS_TYPES, type XdsResource } from './resource.ts';
import { sourcesOf, targetsOf } from './smi-policies.ts';
import { SECRET_NAMES } from './tls-contexts.ts';
import { isPermissive } from './traffic-policy.ts';

/**
 * The secrets a proxy asks for: its certificate, and whom to believe, inbound and for each service it may call. In SMI
 * mode the other end's name is checked, too.
 * Models openservicemesh/osm v1.1 pkg/envoy/sds.
 */
export function secrets(
  view: MeshView,
  identity: ServiceIdentity,
  upstream: readonly MeshService[],
  certificate: ProxyCertificate,
): XdsResource[] {
  const root = (name: string, allowed: readonly ServiceIdentity[]) => rootSecret(view, name, allowed, certificate);
  const byService = new Map(upstream.map((service) => [serviceKey(service), service]));
  const sources = targetsOf(view, identity).flatMap(sourcesOf);
  return [
    {
      '@type': XDS_TYPES.secrets,
      name: SECRET_NAMES.service(identity),
      tls_certificate: {
        certificate_chain: { inline_bytes: toBase64(certificate.certificateChain) },
        private_key: { inline_bytes: toBase64(certificate.privateKey) },
      },
    },
    root(SECRET_NAMES.rootInbound(identity), sources),
    ...[...byService.values()].map((service) =>
      root(SECRET_NAMES.rootOutbound(service), identitiesOfService(view, service)),
    ),
  ];
}

function rootSecret(
  view: MeshView,
  name: string,
  allowed: readonly ServiceIdentity[],
  certificate: ProxyCertificate,
): XdsResource {
  const names = [...new Set(allowed.map(principalOf))];
  return {
    '@type': XDS_TYPES.secrets,
    name,
    validation_context: {
      trusted_ca: { inline_bytes: toBase64(certificate.issuingCA) },
      ...(isPermissive(view) || names.length === 0
        ? {}
        : { match_typed_subject_alt_names: names.map((exact) => ({ san_type: 'DNS', matcher: { exact } })) }),
    },
  };
}
