import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCertificateAuthority } from './certificate-authority.ts';

describe('the certificate authority of a mesh', () => {
  const authority = createCertificateAuthority();
  const notAfter = Math.floor(Date.now() / 1000) * 1000 + 3_600_000;
  const issued = authority.issue('bookstore.bookstore.cluster.local', notAfter);
  const leaf = new X509Certificate(issued.certificateChain);
  const root = new X509Certificate(issued.issuingCA);

  it('signs leaves that its root vouches for', () => {
    expect(leaf.subject).toBe('CN=bookstore.bookstore.cluster.local');
    expect(leaf.subjectAltName).toBe('DNS:bookstore.bookstore.cluster.local');
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(root.ca).toBe(true);
    expect(leaf.validToDate.getTime()).toBe(notAfter);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.privateKey))).toBe(true);
  });

  it('gives each leaf a key of its own, and one that has ended if asked to', () => {
    const past = authority.issue('bookstore.bookstore.cluster.local', Date.now() - 60_000);
    expect(past.privateKey).not.toBe(issued.privateKey);
    expect(new X509Certificate(past.certificateChain).validToDate.getTime()).toBeLessThan(Date.now());
  });

  it('has a root that no other authority has', () => {
    const other = createCertificateAuthority().issue('a', notAfter);
    expect(leaf.verify(new X509Certificate(other.issuingCA).publicKey)).toBe(false);
  });
});
