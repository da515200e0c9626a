import { expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

it.each([
  ['32.114s', 32_114],
  ['1.1s', 1100],
  ['4.35s', 4350],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['-2s', -2000],
  ['250us', 0.25],
  ['0', 0],
])('reads %s as %d ms, without a fraction that was not written', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', '5', 's', '1d', '1 s', '--1s', '1e3s'])('refuses "%s"', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
