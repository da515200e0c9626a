import { describe, expect, it } from 'vitest';
import { healthTable } from './health-table.ts';

const row = (name: string, detail: string) => [name, '-', 'reporting live', '-', detail];

// As Calico's own aggregator printed them.
describe('the table of reporters', () => {
  it('wraps what is wider than thirty columns, into lines as even as can be', () => {
    const detail =
      'a very long detail text that goes on and on and on, longer than thirty characters | with pipe\nand newline';
    expect(healthTable([row('with space', detail)], 'centred').split('\n')).toEqual([
      '+------------+---------+----------------+-----------+--------------------------------+',
      '| COMPONENT  | TIMEOUT |    LIVENESS    | READINESS |             DETAIL             |',
      '+------------+---------+----------------+-----------+--------------------------------+',
      '| with space | -       | reporting live | -         | a very long detail text that   |',
      '|            |         |                |           | goes on and on and on, longer  |',
      '|            |         |                |           | than thirty characters | with  |',
      '|            |         |                |           | pipe and newline               |',
      '+------------+---------+----------------+-----------+--------------------------------+',
    ]);
  });

  it('is wider than that for a word that is, and has numbers at the right', () => {
    const rows = [row('1,000', 'for Host - internationalization-of-everything 42 | x:y'), row('50%', '')];
    expect(healthTable(rows, 'centred').split('\n').slice(3, -1)).toEqual([
      '|     1,000 | -       | reporting live | -         | for Host -                         |',
      '|           |         |                |           | internationalization-of-everything |',
      '|           |         |                |           | 42 | x:y                           |',
      '| 50%       | -       | reporting live | -         |                                    |',
    ]);
  });
});
