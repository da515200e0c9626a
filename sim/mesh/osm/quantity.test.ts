import { expect, test } from 'vitest';
import { canonicalQuantity } from './quantity.ts';

// As Go printed them: resource.ParseQuantity(x).String().
test.each([
  ['0.5', '500m'],
  ['1000m', '1'],
  ['500m', '500m'],
  ['1.5', '1500m'],
  ['1.0', '1'],
  ['1000', '1k'],
  ['1500', '1500'],
  ['+12T', '+12T'],
  ['12e0', '12e0'],
  ['-0', '0'],
  ['m', '0'],
  ['1000E', '1'],
  ['.5', '500m'],
  ['1024', '1024'],
  ['1024Mi', '1Gi'],
  ['1500Mi', '1500Mi'],
  ['1.5Gi', '1536Mi'],
  ['2048Ki', '2Mi'],
  ['0.1Gi', '107374182400m'],
  ['1G', '1G'],
  ['1000k', '1M'],
  ['1e3', '1e3'],
  ['100e3', '100e3'],
  ['10e1', '100'],
  ['1e-3', '1e-3'],
  ['0', '0'],
  ['0.0001', '100u'],
  ['1000u', '1m'],
  ['1.001n', '2n'],
  ['2E', '2E'],
  ['12345678901234567890', '12345678901234567890'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toEqual({ text: canonical });
});

test.each(['', 'zz', '1 G', 'true', '1.2.3'])('%j is no quantity', (text) => {
  expect(canonicalQuantity(text)).toMatchObject({
    error: expect.stringContaining('must match the regular expression'),
  });
});

test.each(['1K', '1mm', '1e', '1-5', '--1'])('%j has no suffix that Go knows', (text) => {
  expect(canonicalQuantity(text)).toEqual({ error: "unable to parse quantity's suffix" });
});
