import { expect, test } from 'vitest';
import { suite } from './suites/events.ts';

const GOLDEN = new URL('../golden/', import.meta.url).pathname;

test.each(['events.jsonl', 'human-duration.jsonl'])('events: %s', async (file) => {
  let count = 0;
  for await (const result of suite.run([`${GOLDEN}${file}`], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
