import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { essence, PAGES, refreshed } from './pages.ts';

it.each(PAGES)('the output shown in %s is what the commands print (node test/e2e/docs/write.ts writes it)', (file) => {
  expect(essence(readFileSync(file, 'utf8'))).toBe(essence(refreshed(file)));
});
