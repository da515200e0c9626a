import { expect, test } from 'vitest';
import { playVirtual } from './suites/osm-envoy.ts';

test('osm-envoy: what a real Envoy did with OSM’s probe listeners', async () => {
  const file = new URL('../golden/osm/envoy-observed.jsonl', import.meta.url).pathname;
  let count = 0;
  for await (const result of playVirtual([file], { sideBySide: false })) {
    count++;
    expect(result, result.difference).toMatchObject({ status: 'passed' });
  }
  expect(count).toBeGreaterThan(0);
});
