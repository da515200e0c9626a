import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownFailures } from './known.ts';
import { suite } from './suites/cluster.ts';

const GOLDEN = join(import.meta.dirname, '../golden/cluster');
const RECORDINGS = join(import.meta.dirname, '../recordings/cluster');

describe('cluster', () => {
  it('plays the recordings of a real node, all but those that KNOWN.md lists', async () => {
    const results = await Array.fromAsync(suite.run([GOLDEN], { sideBySide: false }));
    const failed = results.filter(({ status }) => status !== 'passed').map(({ name }) => name);
    expect(results.length).toBeGreaterThan(20);
    expect(failed.sort()).toEqual([...knownFailures('cluster').keys()].sort());
  });

  it('plays those that this project recorded', async () => {
    const results = await Array.fromAsync(suite.run([RECORDINGS], { sideBySide: false }));
    expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(results.length).toBeGreaterThan(5);
  });
});
