import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { ownCertificate, selfSignedCertificate } from './certificate.ts';

test('a certificate that others can read: names, validity, its own signature', () => {
  const { cert, key } = selfSignedCertificate('bookstore');
  const parsed = new X509Certificate(cert);
  expect(parsed.subject).toBe('CN=bookstore');
  expect(parsed.subjectAltName).toBe('DNS:bookstore, DNS:localhost, IP Address:127.0.0.1');
  expect(parsed.ca).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(Date.parse(parsed.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now() + 365 * 86_400_000);
});

test('a process has one certificate', () => {
  expect(ownCertificate()).toBe(ownCertificate());
});
