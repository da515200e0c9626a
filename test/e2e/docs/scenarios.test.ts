import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenarioReference } from './scenario-reference.ts';

it('docs/scenarios.md is what the schema says (node test/e2e/docs/write.ts writes it)', () => {
  expect(readFileSync('docs/scenarios.md', 'utf8')).toBe(scenarioReference());
});
