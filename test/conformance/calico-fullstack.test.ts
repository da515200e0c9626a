import { expect, test } from 'vitest';
import { suite } from './suites/calico-fullstack.ts';

test.for(['fullstack.jsonl', 'fullstack-without-SVDIR.jsonl'])('calico-fullstack: %s', async (name) => {
  const file = new URL(`../golden/calico/${name}`, import.meta.url).pathname;
  let count = 0;
  for await (const result of suite.run([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
