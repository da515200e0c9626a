import { expect, test } from 'vitest';
import { suite } from './suites/nacos-timelines.ts';

test('nacos-timelines: every recorded case', async () => {
  const file = new URL('../golden/nacos/timelines.jsonl', import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
