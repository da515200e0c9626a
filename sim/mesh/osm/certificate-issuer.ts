import type { ProxyCertificate } from './envoy-bootstrap.ts';

export interface IssuedCertificate extends ProxyCertificate {
  /** Milliseconds since 1970. */
  notAfter: number;
}

/** The mesh's certificate authority: a root of its own and the certificates signed by it. */
export interface CertificateIssuer {
  /** A certificate for a common name, which is its DNS name, too. `notAfter`: ms since 1970; it may be past. */
  issue(commonName: string, notAfter: number): IssuedCertificate;
  /**
   * The same with a stand-in for its private key, for whatever is kept (objects of the store are): only where a file is
   * made of it, or a connection, does the runtime put the key back. Absent: its keys are none.
   */
  sealed?(certificate: IssuedCertificate): IssuedCertificate;
}

/** What osm-controller's own server is called by, and for how long its and the proxies' certificates for it hold. */
export const ADS_COMMON_NAME = 'ads';
export const XDS_VALIDITY_MS = 87_600 * 3_600_000;
/** A service certificate is renewed so long before its end. Models openservicemesh/osm v1.1 pkg/certificate/rotor. */
export const RENEW_BEFORE_MS = 30_000;
