import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ContainerCommand } from '../../sim/runtime/port.ts';
import { ownerLabels } from './owner.ts';
import { RunDirectory } from './volumes.ts';

const isRoot = process.getuid?.() === 0;

describe('files of a volume with a private key', () => {
  let root: string;
  let directory: RunDirectory;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'probelab-volumes-'));
    const reveal = (content: Uint8Array) =>
      Buffer.from(content).toString() === 'stand-in' ? new Uint8Array(Buffer.from('the key')) : content;
    directory = new RunDirectory(ownerLabels('run-1', { keep: false }), root, reveal);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Mounts the volume into a container that runs as `user`; its files as text, mode and owner. */
  const mounted = (user?: number, mode = 0o644) => {
    const files = { 'tls.key': Buffer.from('stand-in'), 'tls.crt': Buffer.from('certificate') };
    const source = { type: 'files', volume: 'certs', files, mode } as const;
    const mounts = [{ mountPath: '/etc/certs', readOnly: true, source }];
    const security = user === undefined ? {} : { runAsUser: user };
    const [bind = ''] = directory.binds({ podUID: 'pod-1', mounts, security } as unknown as ContainerCommand);
    return (name: string) => {
      const path = join(bind.split(':')[0] ?? '', name);
      const stat = statSync(path);
      return [readFileSync(path, 'utf8'), (stat.mode & 0o777).toString(8), stat.uid];
    };
  };

  test.runIf(isRoot)('are for the one user that reads them; other files have the mode that the volume asks for', () => {
    for (const file of [mounted(1500), mounted(1500)]) {
      expect(file('tls.key')).toEqual(['the key', '600', 1500]);
      expect(file('tls.crt')).toEqual(['certificate', '644', 0]);
    }
  });

  test.runIf(isRoot)('stay readable for containers that share the volume as several users', () => {
    mounted(1500);
    for (const user of [0, 1500, 0, undefined, 1500]) {
      expect(mounted(user)('tls.key').slice(0, 2)).toEqual(['the key', '644']);
    }
  });

  test('have the mode that the volume asks for where nobody says who reads them', () => {
    expect(mounted(undefined, 0o440)('tls.key').slice(0, 2)).toEqual(['the key', '440']);
  });

  test.skipIf(isRoot)('have it where files cannot be given away', () => {
    expect(mounted(1500)('tls.key').slice(0, 2)).toEqual(['the key', '644']);
  });

  test('lie in a folder that only its owner enters', () => {
    expect(statSync(directory.path).mode & 0o777).toBe(0o700);
  });
});
