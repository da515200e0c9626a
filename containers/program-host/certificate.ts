import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Certificate {
  cert: string;
  key: string;
}

let cached: Certificate | undefined;

/** The host's self-signed certificate: the image's own, or outside of it one that openssl makes for this process. */
export function ownCertificate(): Certificate {
  const directory = process.env.PROBELAB_TLS_DIR;
  cached ??= directory === undefined ? fresh() : read(directory);
  return cached;
}

function read(directory: string): Certificate {
  return {
    cert: readFileSync(join(directory, 'cert.pem'), 'utf8'),
    key: readFileSync(join(directory, 'key.pem'), 'utf8'),
  };
}

function fresh(): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'probelab-tls-'));
  try {
    const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const names = ['-subj', '/CN=probelab', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '3650', ...names, ...files], {
      stdio: 'pipe',
    });
    return read(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
