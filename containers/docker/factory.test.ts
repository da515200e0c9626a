import { expect, it } from 'vitest';
import { dockerRuntime } from './factory.ts';

it('the key of the listener that stands for OSM’s is not in what a run records', () => {
  const { certificates } = dockerRuntime();
  expect(certificates?.certificateChain).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(certificates?.privateKey).toMatch(/kept in memory$/);
});
