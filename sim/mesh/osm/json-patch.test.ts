import { expect, test } from 'vitest';
import { jsonPatch } from './json-patch.ts';

test('says what changed, and nothing else', () => {
  const from = { a: { 'x/y~': 1, gone: true }, list: [1, 2, 3], longer: ['p'], same: [{ k: 1 }] };
  const to = { a: { 'x/y~': 2 }, list: [1, 9], longer: ['p', 'q'], same: [{ k: 1 }], fresh: null };
  expect(jsonPatch(from, to)).toEqual([
    { op: 'remove', path: '/a/gone' },
    { op: 'replace', path: '/a/x~1y~0', value: 2 },
    { op: 'replace', path: '/list/1', value: 9 },
    { op: 'remove', path: '/list/2' },
    { op: 'add', path: '/longer/1', value: 'q' },
    { op: 'add', path: '/fresh', value: null },
  ]);
  expect(jsonPatch(to, to)).toEqual([]);
});
