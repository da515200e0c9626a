import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { CATALOGUE, catalogueTag, withTag } from './catalogue.ts';
import { ENVOY_COMMAND } from './dockerfiles.ts';
import { programSources } from './program-sources.ts';

test('no name is given twice, and what an image needs is built before it', () => {
  const names = CATALOGUE.flatMap((entry) => entry.tags.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  CATALOGUE.forEach((entry, index) => {
    for (const need of entry.needs) expect(CATALOGUE.findIndex(({ id }) => id === need)).toBeLessThan(index);
  });
});

test('a Dockerfile starts from what is built here, and copies from no other', () => {
  for (const { dockerfile, needs } of CATALOGUE) {
    for (const [, image = ''] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
      const ours = ['scratch', 'probelab/base:bookworm', ...needs.map((need) => `probelab/${need}:bookworm`)];
      expect(ours).toContain(image);
    }
  }
});

test.each([
  ['busybox', 'stand-in'],
  ['busybox:1.35', 'real'],
  ['envoyproxy/envoy:v1.40.0', 'real'],
  ['envoyproxy/envoy-alpine:v1.19.3', 'stand-in'],
  ['registry.k8s.io/liveness', 'stand-in'],
  ['nginx:1.27', undefined],
])('%s is %s', (image, kind) => {
  expect(catalogueTag(image)?.kind).toBe(kind);
});

test.each([
  ['busybox', 'busybox:latest'],
  ['host:5000/a', 'host:5000/a:latest'],
  ['host:5000/a:1', 'host:5000/a:1'],
  ['a@sha256:00', 'a@sha256:00'],
])('%s is %s', (image, tagged) => {
  expect(withTag(image)).toBe(tagged);
});

test('the program image gets plain JavaScript that imports only what is there', () => {
  const sources = programSources();
  expect(sources.has('containers/program-host/main.js')).toBe(true);
  expect([...sources.keys()].some((name) => name.startsWith('sim/programs/'))).toBe(true);
  for (const [name, text] of sources) {
    expect(name, 'plain JavaScript').not.toMatch(/\.ts$/);
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\s[^'"]*?from '([^']+)'/gm)) {
      if (specifier.startsWith('node:')) continue;
      const target = new URL(specifier, `file:///${name}`).pathname.slice(1);
      expect(sources.has(target), `${name} imports ${specifier}`).toBe(true);
    }
  }
});

test('the envoy command drops what only old releases knew, and nothing else', () => {
  const script = ENVOY_COMMAND.replace('exec /usr/local/lib/envoy', "printf '[%s]'");
  const run = (...words: string[]): string => spawnSync('sh', ['-c', script, 'envoy', ...words]).stdout.toString();
  expect(run('--log-level', 'error', '--bootstrap-version 3', '-c', 'a b')).toBe('[--log-level][error][-c][a b]');
  expect(run('--bootstrap-version', '3', '-c', 'x')).toBe('[-c][x]');
  expect(run('--bootstrap-version=3', '*')).toBe('[*]');
});
