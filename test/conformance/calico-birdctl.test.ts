import { expect, test } from 'vitest';
import { suite } from './suites/calico-birdctl.ts';

test('calico-birdctl: every recorded state and answer', async () => {
  const file = new URL('../golden/calico/birdctl.jsonl', import.meta.url).pathname;
  const counts = { passed: 0, environment: 0, failed: 0 };
  for await (const result of suite.run([file], { sideBySide: false })) {
    counts[result.status]++;
    expect(result.status, `${result.name}: ${result.difference}`).not.toBe('failed');
  }
  // Two peers behind no route, and eight answers to `show protocols all`.
  expect(counts.environment).toBeLessThanOrEqual(10);
  expect(counts.passed).toBeGreaterThan(80);
});
