import { expect, test } from 'vitest';
import { suite } from './suites/nacos-sdk.ts';

test('nacos-sdk: every recorded case', async () => {
  const file = new URL('../golden/nacos/sdk.jsonl', import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
