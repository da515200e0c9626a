import { expect, test } from 'vitest';
import { suite } from './suites/handlers.ts';

const GOLDEN = new URL('../golden/handlers.jsonl.gz', import.meta.url).pathname;

test('handlers: every recorded attempt on real sockets and processes', async () => {
  const counts = { passed: 0, failed: 0, environment: 0 };
  for await (const result of suite.run([GOLDEN], { sideBySide: false })) {
    counts[result.status]++;
    expect.soft(result.status, `${result.name}\n${result.difference}`).not.toBe('failed');
  }
  expect(counts.failed).toBe(0);
  expect(counts.passed).toBeGreaterThan(0);
});
