import { expect, test } from 'vitest';
import { suite } from './suites/calico-health.ts';

test('calico-health: every recorded run', async () => {
  const file = new URL('../golden/calico/health.jsonl', import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
