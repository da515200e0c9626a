import type { ModelledCertificate } from '../modelled-certificate.ts';

/** A client that has a certificate: what it offers in its hello, and how it looks at the server's. */
export interface ClientTls {
  alpn: readonly string[];
  sni: string;
  certificate: ModelledCertificate | undefined;
  /** Why the client does not believe the server; undefined if it does. */
  refuses(server: ModelledCertificate | undefined): string | undefined;
}
