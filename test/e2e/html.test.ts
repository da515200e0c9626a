import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { probelab, temporaryFolder } from './probelab.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('-o html=FILE: one file without network, beside the text on stdout; the same run gives the same bytes', async () => {
  const run = (name: string) =>
    probelab([
      'run',
      'scenarios/osm/liveness-restart.yaml',
      '-q',
      '--no-save',
      '-o',
      `html=${join(folder.path, name)}`,
    ]);
  const result = await run('a.html');
  expect(result.code).toBe(0);
  expect(result.stdout).toMatch(/^✓ PASS liveness-restart/);
  const html = readFileSync(join(folder.path, 'a.html'), 'utf8');
  expect(html.startsWith('<!doctype html>')).toBe(true);
  expect(Buffer.byteLength(html)).toBeLessThan(300_000);
  expect(html).not.toMatch(/(src|href)="[^#]/);
  expect(html).toContain('Liveness probe failed: HTTP probe failed with statuscode: 503 (x3 over');
  await run('b.html');
  expect(readFileSync(join(folder.path, 'b.html'), 'utf8')).toBe(html);
});

it('several scenarios in one page; those that pass are folded', async () => {
  const file = join(folder.path, 'all.html');
  const result = await probelab(['run', 'scenarios/osm', '--grep', 'tcp', '-q', '--no-save', '-o', `html=${file}`]);
  expect(result.code).toBe(0);
  const html = readFileSync(file, 'utf8');
  expect((html.match(/<section>/g) ?? []).length).toBeGreaterThan(1);
  expect(html).not.toContain('<details open>');
});
