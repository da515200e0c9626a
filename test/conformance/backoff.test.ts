import { expect, test } from 'vitest';
import { suite } from './suites/backoff.ts';

const GOLDEN = new URL('../golden/backoff.jsonl', import.meta.url).pathname;

test('backoff: every recorded ladder of waits', async () => {
  let count = 0;
  for await (const result of suite.run([GOLDEN], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
