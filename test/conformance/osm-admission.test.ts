import { expect, test } from 'vitest';
import { suite } from './suites/osm-admission.ts';

const GOLDEN = new URL('../golden/osm/admission-http.jsonl', import.meta.url).pathname;

test('osm-admission: every recorded answer of the webhook', async () => {
  let count = 0;
  for await (const result of suite.run([GOLDEN], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
