import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzipStored } from './gzip.ts';

describe('gzip without compression', () => {
  it.each([0, 1, 1024, 65_535, 65_536, 200_000])('of %i bytes is a gzip file', (length) => {
    const content = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
    expect(gunzipSync(gzipStored(content)).equals(content)).toBe(true);
  });
});
