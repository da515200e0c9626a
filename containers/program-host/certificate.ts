import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  cert: string;
  key: string;
}

let own: Certificate | undefined;

/** This process's self-signed certificate, made when first asked for. */
export function ownCertificate(): Certificate {
  own ??= selfSignedCertificate('probelab');
  return own;
}

const OID = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  subjectAltName: '0603551d11',
  basicConstraints: '0603551d13',
};
const YEAR_MS = 365 * 86_400_000;

/**
 * An X.509 v3 certificate with an EC P-256 key, valid for ten years, for `commonName`, localhost and 127.0.0.1; it is
 * its own authority. Written out here because Node reads certificates but makes none, and openssl is not everywhere.
 */
export function selfSignedCertificate(commonName: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, hex(OID.ecdsaWithSha256));
  const name = der(0x30, der(0x31, der(0x30, hex(OID.commonName), der(0x0c, Buffer.from(commonName)))));
  const now = Date.now();
  const serial = randomBytes(16);
  // Positive and without a leading zero, as the encoding demands.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    der(0x30, time(now - 86_400_000), time(now + 10 * YEAR_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, alternativeNames(commonName), isAuthority())),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  return {
    cert: pem('CERTIFICATE', der(0x30, body, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function alternativeNames(commonName: string): Buffer {
  const names = [
    der(0x82, Buffer.from(commonName)),
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  ];
  return der(0x30, hex(OID.subjectAltName), der(0x04, der(0x30, ...names)));
}

function isAuthority(): Buffer {
  const yes = der(0x01, Buffer.from([0xff]));
  return der(0x30, hex(OID.basicConstraints), yes, der(0x04, der(0x30, yes)));
}

/** Tag, length and content of one DER element. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** GeneralizedTime would do, too, but years before 2050 must be written as UTCTime. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\..*$/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
