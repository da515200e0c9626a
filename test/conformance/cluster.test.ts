import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownFailures } from './known.ts';
import { suite } from './suites/cluster.ts';

const GOLDEN = join(import.meta.dirname, '../golden/cluster');

describe('cluster', () => {
  it('plays the recordings of a real node, all but those that KNOWN.md lists', async () => {
    const results = await Array.fromAsync(suite.run([GOLDEN], { sideBySide: false }));
    const failed = results.filter(({ status }) => status !== 'passed').map(({ name }) => name);
    expect(results.length).toBeGreaterThan(20);
    expect(failed.sort()).toEqual([...knownFailures('cluster').keys()].sort());
  });
});
