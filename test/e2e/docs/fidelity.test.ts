import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fidelityRows, problemsOf } from './fidelity-table.ts';

const rows = fidelityRows(readFileSync('docs/FIDELITY.md', 'utf8'));

it('docs/FIDELITY.md names code, cases and tests that exist', () => {
  expect(rows.length).toBeGreaterThan(100);
  const wrong = rows.flatMap((row) => problemsOf(row).map((problem) => `line ${row.line}, ${row.id}: ${problem}`));
  expect(wrong).toEqual([]);
});

it('docs/FIDELITY.md gives each row a name of its own', () => {
  const ids = rows.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

it('sees a file, a case and a test that are not there', () => {
  const row = { line: 1, id: 'X', behaviour: '', status: 'modelled', where: '`sim/nothing.ts`', shownBy: '' };
  expect(problemsOf({ ...row, shownBy: '`prober/no-such-case`' })).toEqual([
    'there is no sim/nothing.ts',
    'suite prober has no case no-such-case',
  ]);
  expect(problemsOf({ ...row, where: '`sim/lab.ts`', shownBy: '`sim/kubelet/pleg.test.ts` “no such test”' })).toEqual([
    'sim/kubelet/pleg.test.ts has no test “no such test”',
  ]);
});
