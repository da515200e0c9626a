import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkReference } from '../../cli/check-reference.ts';
import { commandReference } from '../../cli/reference.ts';

it('docs/cli.md is what the program says (node cli/reference-main.ts writes it)', () => {
  expect(readFileSync('docs/cli.md', 'utf8')).toBe(commandReference());
});

it('docs/checks.md is what the rules say (node cli/reference-main.ts writes it)', () => {
  expect(readFileSync('docs/checks.md', 'utf8')).toBe(checkReference());
});
