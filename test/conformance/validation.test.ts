import { expect, test } from 'vitest';
import { suite } from './suites/validation.ts';

const FILES = ['golden/validation.jsonl', 'golden/cluster/21-validation.jsonl', 'recordings/validation.jsonl.gz'];

test.each(FILES)('validation: every recorded case of %s', async (file) => {
  let count = 0;
  const path = new URL(`../${file}`, import.meta.url).pathname;
  for await (const result of suite.run([path], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
