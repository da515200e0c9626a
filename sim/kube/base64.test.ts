import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

test('as Node encodes and decodes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(toBase64(text)).toBe(Buffer.from(text).toString('base64'));
      expect(fromBase64(toBase64(text))).toBe(text);
    }),
  );
});

test.each(['!', 'gA=='])('%s is not base64 of a text', (encoded) => {
  expect(fromBase64(encoded)).toBeUndefined();
});
