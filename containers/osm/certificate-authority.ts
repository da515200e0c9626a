import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type { CertificateIssuer } from '../../sim/mesh/osm/certificate-issuer.ts';
import { KeyVault } from './key-vault.ts';

const ROOT_NAME = 'osm-ca.openservicemesh.io';
const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const DAY_MS = 86_400_000;
const TEN_YEARS_MS = 3650 * DAY_MS;

/**
 * A mesh's certificate authority with a root of its own. Keys are EC P-256 (OSM's are RSA 2048, which take a hundred
 * times as long to make) and live in this process's memory; what becomes of an issued one is the caller's, a sealed
 * certificate's stays in `vault`.
 */
export function createCertificateAuthority(vault = new KeyVault()): CertificateIssuer {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  const issuingCA = pem(
    certificate({
      subject: ROOT_NAME,
      spki: root.publicKey.export({ type: 'spki', format: 'der' }),
      signer: root.privateKey,
      notBefore: now - DAY_MS,
      notAfter: now + TEN_YEARS_MS,
      extensions: authorityExtensions(),
    }),
  );
  return {
    issue(commonName, notAfter) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', LEAF_KEYS);
      const leaf = certificate({
        subject: commonName,
        spki: publicKey,
        signer: root.privateKey,
        notBefore: Math.min(Date.now(), notAfter) - DAY_MS,
        notAfter,
        extensions: leafExtensions(commonName),
      });
      return {
        certificateChain: pem(leaf),
        privateKey,
        issuingCA,
        notAfter,
      };
    },
    sealed: (certificate) => ({ ...certificate, privateKey: vault.seal(certificate.privateKey) }),
  };
}

interface Content {
  subject: string;
  /** The public key. */
  spki: Uint8Array;
  signer: KeyObject;
  notBefore: number;
  notAfter: number;
  extensions: Extension[];
}

/** The DER of a certificate signed by the root. */
function certificate(content: Content): Buffer {
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: SIGNATURE_ALGORITHM,
    issuer: ISSUER,
    validity: new Validity({ notBefore: seconds(content.notBefore), notAfter: seconds(content.notAfter) }),
    subject: nameOf(content.subject),
    subjectPublicKeyInfo: AsnConvert.parse(content.spki, SubjectPublicKeyInfo),
    extensions: new Extensions(content.extensions),
  });
  const signed = Buffer.from(AsnConvert.serialize(body));
  const unusedBits = Buffer.of(0);
  const signature = der(BIT_STRING, unusedBits, sign('sha256', signed, content.signer));
  return der(SEQUENCE, signed, SIGNATURE_ALGORITHM_DER, signature);
}

/** A value of ASN.1 around what is encoded already: the library would encode a certificate's body a second time. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

/** Positive and without a leading zero, as the encoding demands. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}

/** X.509 has no fractions of a second. */
function seconds(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])]);
}

function authorityExtensions(): Extension[] {
  return [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
  ];
}

function leafExtensions(commonName: string): Extension[] {
  const names = new SubjectAlternativeName([new GeneralName({ dNSName: commonName })]);
  return [...LEAF_USAGE, extension(id_ce_subjectAltName, names, false)];
}

function extension(extnID: string, value: unknown, critical: boolean): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

const SIGNATURE_ALGORITHM = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
const SIGNATURE_ALGORITHM_DER = new Uint8Array(AsnConvert.serialize(SIGNATURE_ALGORITHM));
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;
const ISSUER = nameOf(ROOT_NAME);
const LEAF_KEYS = {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const LEAF_USAGE = [
  extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment), true),
  extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth]), false),
];

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
