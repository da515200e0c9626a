import { expect, test } from 'vitest';
import { playInProcess } from './suites/osm-admission.ts';

const GOLDEN = new URL('../golden/osm/admission-http.jsonl', import.meta.url).pathname;

test('osm-admission: every recorded answer of the webhook', () => {
  const results = [...playInProcess([GOLDEN], { sideBySide: false })];
  for (const result of results) expect(result, result.difference).toMatchObject({ status: 'passed' });
  expect(results.length).toBeGreaterThan(0);
});
