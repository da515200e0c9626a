import { expect, test } from 'vitest';
import { atoi, trimSpace } from './go-strings.ts';

// Values as Go 1.26.8 printed them.
test.each([
  ['80', 80n, true],
  ['+80', 80n, true],
  ['-0', 0n, true],
  ['080', 80n, true],
  ['', 0n, false],
  ['8_0', 0n, false],
  ['1e3', 0n, false],
  ['9223372036854775807', 9223372036854775807n, true],
  ['9223372036854775808', 9223372036854775807n, false],
  ['-9223372036854775809', -9223372036854775808n, false],
])('%j is %i, ok: %s', (text, value, ok) => {
  expect(atoi(text)).toEqual({ value, ok });
});

test('blanks are those of Unicode, a byte order mark is none', () => {
  expect(trimSpace('\u0085\u00a0\u3000 a b\t\u0085')).toBe('a b');
  expect(trimSpace('\ufeffa')).toBe('\ufeffa');
});
