import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { API_REASONS, ERROR_MEANINGS, NOTICE_MEANINGS } from './error-meanings.ts';
import { codesInSources, errorReference } from './error-reference.ts';

it('docs/errors.md explains every error code of the sources, and no other (node test/e2e/docs/write.ts writes it)', () => {
  const { errors, notices } = codesInSources();
  expect(errors.filter((code) => ERROR_MEANINGS[code] === undefined && API_REASONS[code] === undefined)).toEqual([]);
  expect(Object.keys(ERROR_MEANINGS).filter((code) => !errors.includes(code) && !notices.includes(code))).toEqual([]);
  expect(notices.filter((code) => NOTICE_MEANINGS[code] === undefined && ERROR_MEANINGS[code] === undefined)).toEqual(
    [],
  );
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorReference());
});
