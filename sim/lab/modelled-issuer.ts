import type { CertificateIssuer } from '../mesh/osm/certificate-issuer.ts';
import { certificateText } from '../runtime/virtual/modelled-certificate.ts';

const ROOT = 'osm-ca.openservicemesh.io';

/** The authority of a mesh in virtual time: its certificates are facts that the virtual Envoy reads. */
export const MODELLED_ISSUER: CertificateIssuer = {
  issue: (subject, notAfter) => ({
    certificateChain: certificateText({ subject, issuer: ROOT, notAfter }),
    privateKey: '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
    issuingCA: certificateText({ subject: ROOT, issuer: ROOT, notAfter: Number.MAX_SAFE_INTEGER }),
    notAfter,
  }),
};
