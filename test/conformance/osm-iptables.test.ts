import { expect, test } from 'vitest';
import { suite } from './suites/osm-iptables.ts';

test.each(['v1.1', 'v1.2', 'main'])('osm-iptables: every recorded script of %s', async (release) => {
  const file = new URL(`../golden/osm/iptables-${release}.jsonl`, import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
