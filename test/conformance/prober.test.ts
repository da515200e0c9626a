import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CaseResult, Suite } from './suite.ts';
import { suite as prober } from './suites/prober.ts';
import { suite as prober136 } from './suites/prober-1.36.ts';

const GOLDEN = join(import.meta.dirname, '../golden');

async function play(suite: Suite, file: string): Promise<CaseResult[]> {
  return Array.fromAsync(suite.run([file], { sideBySide: false }));
}

function recordings(folder: string): string[] {
  return readdirSync(join(GOLDEN, folder)).map((file) => join(folder, file));
}

describe('prober', () => {
  it.each(recordings('prober'))('plays %s to the millisecond', async (file) => {
    const results = await play(prober, join(GOLDEN, file));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
  });
});

describe('prober-1.36', () => {
  it.each(recordings('prober-1.36'))('plays %s to the millisecond', async (file) => {
    const results = await play(prober136, join(GOLDEN, file));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
  });

  it('differs from 1.34, so the profile is in force', async () => {
    const results = await play(prober, join(GOLDEN, 'prober-1.36/traces.jsonl.gz'));
    expect(results.filter(({ status }) => status === 'failed').length).toBeGreaterThan(0);
  });
});
