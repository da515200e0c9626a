import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutToBytes, decodeUtf8, fromByteString, goQuote, toByteString } from './go-text.ts';

test.each([
  ['\x15\x03\x01\x00\x02\x02F', '"\\x15\\x03\\x01\\x00\\x02\\x02F"'],
  ['a"b\\c\n\t', '"a\\"b\\\\c\\n\\t"'],
  ['\xff', '"\\xff"'],
  [toByteString('ü€😀'), '"ü€😀"'],
  [toByteString('\u200b\u{e0001}'), '"\\u200b\\U000e0001"'],
])('quotes %j', (bytes, quoted) => {
  expect(goQuote(bytes)).toBe(quoted);
});

test('text survives the way through bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => fromByteString(toByteString(text)) === text.toWellFormed()),
  );
});

test('cuts bytes, not characters: each byte of a broken one is replaced', () => {
  expect(cutToBytes('€€', 6)).toBe('€€');
  expect(cutToBytes('€€', 5)).toBe('€\ufffd\ufffd');
  expect(cutToBytes('€€', 4)).toBe('€\ufffd');
});

test('bytes that are no UTF-8 are replaced one by one', () => {
  expect(decodeUtf8(Uint8Array.of(0x61, 0xe2, 0x82, 0x62, 0xff))).toBe('a\ufffd\ufffdb\ufffd');
});
