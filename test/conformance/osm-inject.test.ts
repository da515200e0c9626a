import { expect, test } from 'vitest';
import { suite } from './suites/osm-inject.ts';

test.each(['v1.0', 'v1.1', 'v1.2', 'main'])('osm-inject: every recorded admission of %s', async (release) => {
  const file = new URL(`../golden/osm/inject-${release}.jsonl.gz`, import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
