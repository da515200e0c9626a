import { expect, test } from 'vitest';
import { suite } from './suites/validation.ts';

const FILES = ['validation.jsonl', 'cluster/21-validation.jsonl'];

test.each(FILES)('validation: every recorded case of %s', async (file) => {
  let count = 0;
  const path = new URL(`../golden/${file}`, import.meta.url).pathname;
  for await (const result of suite.run([path], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
