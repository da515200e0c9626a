import { expect, test } from 'vitest';
import { humanDuration } from './human-duration.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [-2 * S, '<invalid>'],
  [-1999, '0s'],
  [999, '0s'],
  [119 * S, '119s'],
  [2 * M, '2m'],
  [2 * M + 5 * S, '2m5s'],
  [10 * M + 30 * S, '10m'],
  [3 * H, '3h'],
  [7 * H + 59 * M, '7h59m'],
  [47 * H, '47h'],
  [48 * H, '2d'],
  [2 * D + H, '2d1h'],
  [8 * D + 5 * H, '8d'],
  [729 * D, '729d'],
  [730 * D, '2y'],
  [3 * 365 * D + 50 * D, '3y50d'],
  [9 * 365 * D, '9y'],
])('%i ms is %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});
