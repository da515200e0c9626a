import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { expiresAt } from './certificate-dates.ts';

const body = (pem: string) => pem.replace(/-----[^-]+-----/g, '').trim();

it("reads the end of the lab's own root", () => {
  const yaml = readFileSync('scenarios/osm/control-plane/manifests/webhooks.yaml', 'utf8');
  const [, encoded = ''] = /ca\.crt: (\S+)/.exec(yaml) ?? [];
  // 100 years from the day it was made: GeneralizedTime.
  expect(new Date(expiresAt(body(atob(encoded))) ?? 0).toISOString()).toMatch(/^2126-\d\d-\d\dT/);
});

it.each(['', 'AAAA', '!!!', 'A'.repeat(5000)])('%j is no certificate', (text) => {
  expect(expiresAt(text)).toBeUndefined();
});

it('agrees with openssl about a short-lived one', (context) => {
  let pem: string;
  try {
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      '/dev/null',
      '-days',
      '3',
      '-subj',
      '/CN=x',
    ];
    pem = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return context.skip('no openssl');
  }
  const told = execFileSync('openssl', ['x509', '-noout', '-enddate'], { input: pem, encoding: 'utf8' });
  expect(expiresAt(body(pem))).toBe(Date.parse(told.replace('notAfter=', '').trim()));
});
