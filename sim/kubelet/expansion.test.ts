import { expect, test } from 'vitest';
import { expandVariables } from './expansion.ts';

const VALUES: Record<string, string> = { A: '1', B: '$(A)', EMPTY: '' };

test.each([
  ['$(A)', '1'],
  ['x$(A)y$(A)', 'x1y1'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$(B)', '$(A)'],
  ['$(EMPTY)|', '|'],
  ['$(NOPE)', '$(NOPE)'],
  ['$(A', '$(A'],
  ['$A $', '$A $'],
  ['kill -9 $$', 'kill -9 $'],
  ['$((n+1))', '$((n+1))'],
])('%s → %s', (text, expanded) => {
  expect(expandVariables(text, (name) => VALUES[name])).toBe(expanded);
});
