import { fromBase64 } from '../../../kube/base64.ts';
import { type ModelledCertificate, readCertificate } from '../modelled-certificate.ts';
import type { ClientTls } from '../network/client-tls.ts';
import { list, type Raw, text, texts } from './raw.ts';

/** A TLS context: what it shows and believes by the names of secrets; undefined: what is inline is not modelled. */
export interface EnvoyTls {
  certificate: string | undefined;
  validation: string | undefined;
  requireClientCertificate: boolean;
  alpn: readonly string[];
  sni: string;
}

export type EnvoySecret =
  | { kind: 'certificate'; certificate: ModelledCertificate }
  | { kind: 'validation'; issuer: string; names: readonly string[] };

export function readTls(socket: Raw | undefined): EnvoyTls | undefined {
  const config = socket?.typed_config;
  if (config === undefined) return undefined;
  const common = config.common_tls_context;
  return {
    certificate: text(list(common?.tls_certificate_sds_secret_configs)[0]?.name),
    validation: text(common?.validation_context_sds_secret_config?.name),
    requireClientCertificate: (config.require_client_certificate as unknown) === true,
    alpn: texts(common?.alpn_protocols),
    sni: text(config.sni) ?? '',
  };
}

/** A secret of the virtual runtime: its certificates are modelled ones. */
export function readSecret(secret: Raw): EnvoySecret | undefined {
  const chain = readCertificate(bytes(secret.tls_certificate?.certificate_chain));
  if (chain !== undefined) return { kind: 'certificate', certificate: chain };
  const authority = readCertificate(bytes(secret.validation_context?.trusted_ca));
  if (authority === undefined) return undefined;
  const names = list(secret.validation_context?.match_typed_subject_alt_names);
  return {
    kind: 'validation',
    issuer: authority.subject,
    names: names.map(({ matcher }) => text(matcher?.exact) ?? ''),
  };
}

function bytes(source: Raw | undefined): string {
  const inline = text(source?.inline_bytes);
  return inline === undefined ? (text(source?.inline_string) ?? '') : (fromBase64(inline) ?? '');
}

/** The secrets that a proxy has, and its clock. */
export interface SecretHolder {
  secret(name: string): EnvoySecret | undefined;
  wallNow(): number;
}

/** Has the proxy all that a context names? Before that Envoy does not use it. */
export function hasSecrets(holder: SecretHolder, tls: EnvoyTls): boolean {
  return [tls.certificate, tls.validation].every((name) => name === undefined || holder.secret(name) !== undefined);
}

export function certificateOf(holder: SecretHolder, tls: EnvoyTls): ModelledCertificate | undefined {
  const secret = tls.certificate === undefined ? undefined : holder.secret(tls.certificate);
  return secret?.kind === 'certificate' ? secret.certificate : undefined;
}

const VERIFY_FAILED = 'TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert failed';
/** BoringSSL's words in Envoy 1.40. */
const REFUSED = {
  expired: 'X509_verify_cert: certificate verification error at depth 0: certificate has expired',
  unknown: 'X509_verify_cert: certificate verification error at depth 0: unable to get local issuer certificate',
  name: 'verify SAN list',
} as const;

/** Why a context does not believe the other end; undefined if it does. */
export function refusal(
  holder: SecretHolder,
  tls: EnvoyTls,
  other: ModelledCertificate | undefined,
): keyof typeof REFUSED | undefined {
  const secret = tls.validation === undefined ? undefined : holder.secret(tls.validation);
  if (secret?.kind !== 'validation' || other === undefined) return undefined;
  if (other.issuer !== secret.issuer) return 'unknown';
  if (other.notAfter <= holder.wallNow()) return 'expired';
  return secret.names.length === 0 || secret.names.includes(other.subject) ? undefined : 'name';
}

/** How a proxy dials by a cluster's context. */
export function clientTls(holder: SecretHolder, tls: EnvoyTls): ClientTls {
  return {
    alpn: tls.alpn,
    sni: tls.sni,
    certificate: certificateOf(holder, tls),
    refuses: (server) => {
      const reason = refusal(holder, tls, server);
      return reason === undefined ? undefined : `${VERIFY_FAILED}: ${REFUSED[reason]}:TLS_error_end`;
    },
  };
}
