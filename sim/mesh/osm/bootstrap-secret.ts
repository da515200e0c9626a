import { parse } from 'yaml';
import { fromBase64, toBase64 } from '../../kube/base64.ts';
import { goYaml } from '../../kube/go-yaml.ts';
import { BOOTSTRAP_FILE, BOOTSTRAP_SECRET_PREFIX, ENVOY_CONFIG_DIRECTORY } from './constants.ts';
import { type ProxyCertificate, SDS } from './envoy-bootstrap.ts';
import { ENVOY_TYPES, type EnvoyBootstrap } from './envoy-objects.ts';
import type { OsmProfile } from './profiles.ts';

/** A Secret as the injector creates it; the API server fills in the rest. `data` is base64. */
export interface BootstrapSecret {
  apiVersion: 'v1';
  kind: 'Secret';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  data: Record<string, string>;
}

/** `envoy-bootstrap-config-<uuid>` */
export function bootstrapSecretName(uuid: string): string {
  return `${BOOTSTRAP_SECRET_PREFIX}${uuid}`;
}

/**
 * The Secret that Envoy's container mounts.
 * Models openservicemesh/osm v1.2 pkg/injector/bootstrap.go marshalAndSaveBootstrap; before, only `bootstrap.yaml`.
 */
export function bootstrapSecret(
  place: { name: string; namespace: string; meshName: string; release: string },
  bootstrap: EnvoyBootstrap,
  certificate: ProxyCertificate,
  profile: OsmProfile,
): BootstrapSecret {
  const files = {
    [BOOTSTRAP_FILE]: goYaml(bootstrap),
    ...(profile.bootstrap.certificates === 'sds-files' ? sdsFiles(certificate) : {}),
    ...(profile.bootstrap.issuerIds
      ? {
          signing_issuer_id: certificate.signingIssuerID ?? '',
          validating_issuer_id: certificate.validatingIssuerID ?? '',
        }
      : {}),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: place.name,
      namespace: place.namespace,
      labels: {
        'app.kubernetes.io/name': 'openservicemesh.io',
        'app.kubernetes.io/instance': place.meshName,
        'app.kubernetes.io/version': place.release,
      },
    },
    data: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, toBase64(text)])),
  };
}

function sdsFiles(certificate: ProxyCertificate): Record<string, string> {
  const file = (name: string): { filename: string } => ({ filename: `${ENVOY_CONFIG_DIRECTORY}/${name}` });
  const secret = (name: string, body: object): string =>
    goYaml({ resources: [{ '@type': ENVOY_TYPES.secret, name, ...body }] });
  return {
    [SDS.tlsFile]: secret(SDS.tlsName, {
      tls_certificate: { certificate_chain: file(SDS.certificate), private_key: file(SDS.privateKey) },
    }),
    [SDS.validationFile]: secret(SDS.validationName, { validation_context: { trusted_ca: file(SDS.authority) } }),
    [SDS.certificate]: certificate.certificateChain,
    [SDS.privateKey]: certificate.privateKey,
    [SDS.authority]: certificate.issuingCA,
  };
}

/**
 * The bootstrap in a Secret (base64 `data`, or `stringData`), YAML or JSON; `undefined` if there is none or it is not
 * readable.
 */
export function bootstrapOf(secret: {
  data?: Readonly<Record<string, string>>;
  stringData?: Readonly<Record<string, string>>;
}): EnvoyBootstrap | undefined {
  const encoded = secret.data?.[BOOTSTRAP_FILE];
  const text = secret.stringData?.[BOOTSTRAP_FILE] ?? (encoded === undefined ? undefined : fromBase64(encoded));
  if (text === undefined) return undefined;
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null && 'static_resources' in value
      ? (value as EnvoyBootstrap)
      : undefined;
  } catch {
    return undefined;
  }
}
