/** What the virtual runtime knows of a certificate: nothing is signed here. */
export interface ModelledCertificate {
  /** Common name and DNS name. */
  subject: string;
  /** Common name of the authority. */
  issuer: string;
  /** Milliseconds since 1970. */
  notAfter: number;
}

const MARK = 'modelled ';

/** A certificate as a text that goes where a PEM would; no TLS library takes it for one. */
export function certificateText(certificate: ModelledCertificate): string {
  return `-----BEGIN CERTIFICATE-----\n${MARK}${JSON.stringify(certificate)}\n-----END CERTIFICATE-----\n`;
}

/** Reads such a text; undefined for any other. */
export function readCertificate(text: string): ModelledCertificate | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(MARK));
  if (line === undefined) return undefined;
  try {
    const { subject, issuer, notAfter } = JSON.parse(line.slice(MARK.length));
    return { subject: String(subject), issuer: String(issuer), notAfter: Number(notAfter) };
  } catch {
    return undefined;
  }
}
