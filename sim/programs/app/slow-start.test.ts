import { expect, test } from 'vitest';
import { slowStart } from './slow-start.ts';

test.each([
  [undefined, undefined],
  [{}, undefined],
  [{ startup: 6000 }, 6000],
  [{ startup: 6000, servers: undefined }, 6000],
  [{ startup: 6000, servers: [] }, undefined],
])('%j is about the program of the image: %s', (description, ms) => {
  expect(slowStart(description as never)).toBe(ms);
});
