import { expect, test } from 'vitest';
import { suite } from './suites/osm-healthcheck.ts';

test('osm-healthcheck: every recorded answer', async () => {
  const file = new URL('../golden/osm/healthcheck.jsonl', import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
