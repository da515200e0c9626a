import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { goYaml } from './go-yaml.ts';

test('sorted keys, flush lists, single quotes', () => {
  const value = {
    b: ['x', { d: '%REQ(:PATH)%', c: '*' }],
    a: {},
    '@type': 'type.googleapis.com/x',
    n: '1',
    t: '1s',
    l: [],
  };
  expect(goYaml(value)).toBe(`'@type': type.googleapis.com/x
a: {}
b:
- x
- c: '*'
  d: '%REQ(:PATH)%'
l: []
"n": "1"
t: 1s
`);
});

test('any YAML reader gives the data back', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.constantFrom('yes', '~', '0x1', ': ', 'a: b', '#', 'x #y', '- a', '2024-01-01', '1e3', '', ' '),
    fc.integer(),
    fc.boolean(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), tree), (value) => {
      expect(parse(goYaml(value), { version: '1.1', uniqueKeys: false })).toEqual(value);
    }),
    { numRuns: 300 },
  );
});
