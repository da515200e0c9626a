import { expect, test } from 'vitest';
import { canonicalQuantity, parseQuantity } from './quantity.ts';

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX = "unable to parse quantity's suffix";

test.each([
  ['0.5', '500m'],
  ['1.5', '1500m'],
  ['1.500', '1.500'],
  ['2.50', '2500m'],
  ['0.10', '100m'],
  ['100m', '100m'],
  ['1000m', '1'],
  ['0', '0'],
  ['0.0', '0'],
  ['1000', '1k'],
  ['128974848', '128974848'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Ki', '512'],
  ['1025Ki', '1025Ki'],
  ['1e3', '1e3'],
  ['10e2', '1e3'],
  ['0.0001', '100u'],
  ['0.1n', '1n'],
  ['-0.5', '-500m'],
])('%s is stored as %s', (text, stored) => {
  expect(canonicalQuantity(text)).toEqual({ value: stored });
});

test.each([
  ['', FORMAT],
  ['1 Gi', FORMAT],
  ['abc', FORMAT],
  ['1.2.3', FORMAT],
  ['5GB', FORMAT],
  ['1gi', FORMAT],
  ['5mm', SUFFIX],
  ['1KiB', FORMAT],
  ['1K', SUFFIX],
])('%j is refused', (text, error) => {
  expect(canonicalQuantity(text)).toEqual({ error });
});

test.each([
  ['64Mi', 2 ** 26],
  ['500m', 0.5],
  ['1e3', 1000],
  ['.5', 0.5],
  ['-2', -2],
  ['1x', undefined],
])('%s stands for %s', (text, number) => {
  expect(parseQuantity(text)).toBe(number);
});
