import { describe, expect, it } from 'vitest';
import { CATALOGUE, lookupImage } from './catalogue/catalogue.ts';
import { createProgram, programNames } from './registry.ts';

describe('the registry', () => {
  it('makes every program it names', () => {
    for (const name of programNames()) expect(createProgram(name, { args: [] })).toBeTypeOf('function');
    expect(programNames()).toEqual(
      expect.arrayContaining(['described-app', 'probeapp', 'osm-healthcheck', 'goproxy', 'liveness']),
    );
  });

  it('says which programs there are', () => {
    expect(() => createProgram('nosuch')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PROGRAM', hint: expect.stringContaining('probeapp') }),
    );
  });
});

describe('the catalogue', () => {
  it.each([
    ['busybox', 'busybox'],
    ['docker.io/library/busybox:1.36', 'busybox'],
    ['registry.k8s.io/liveness', 'registry.k8s.io/liveness'],
    ['registry.local/probeapp:2', 'registry.local/probeapp'],
    ['envoyproxy/envoy-alpine:v1.17.2', 'envoyproxy/envoy'],
    ['envoyproxy/envoy@sha256:0123', 'envoyproxy/envoy'],
  ])('knows %s', (image, name) => {
    expect(lookupImage(image)?.names).toContain(name);
  });

  it('does not know what only looks alike', () => {
    for (const image of ['example.com/busybox', 'nginx-ingress:1', 'registry.local/probeapps:1'])
      expect(lookupImage(image)).toBeUndefined();
  });

  it('has an entry point in each image that it can run', () => {
    for (const image of CATALOGUE) {
      const [program] = [...image.entrypoint, ...(image.args ?? [])];
      const found = Object.keys(image.programs).some((path) => path === program || path.endsWith(`/${program}`));
      expect(found || image.shell, image.names[0]).toBe(true);
    }
  });
});
