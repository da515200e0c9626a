import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGolden } from '../../test/conformance/golden.ts';
import { goYaml } from './go-yaml.ts';

describe('goYaml', () => {
  it('sorts keys, leaves lists flush and quotes with single quotes', () => {
    const value = {
      b: ['x', { d: '%REQ(:PATH)%', c: '*' }],
      a: {},
      '@type': 'type.googleapis.com/x',
      n: '1',
      t: '1s',
      l: [],
      nested: [['deep']],
    };
    expect(goYaml(value)).toBe(`'@type': type.googleapis.com/x
a: {}
b:
- x
- c: '*'
  d: '%REQ(:PATH)%'
l: []
"n": "1"
nested:
- - deep
t: 1s
`);
  });

  it('writes a recorded pod again as kubectl 1.34 did', () => {
    const text = readGolden('test/golden/cluster/23-describe-formats/pod.yaml');
    expect(goYaml(parse(text, { version: '1.1' }))).toBe(text);
    expect(goYaml(JSON.parse(JSON.stringify(parse(text))))).toBe(text);
  });

  it.each([
    ['2026-01-01T00:00:00Z', '"2026-01-01T00:00:00Z"'],
    ['2026-01-01T00:00:00.005000Z', '"2026-01-01T00:00:00.005000Z"'],
    ['yes', '"yes"'],
    ['010', '"010"'],
    ['1:30', '"1:30"'],
    ['1.2.3', '1.2.3'],
    ['100m', '100m'],
    ['', '""'],
    ['~', '"~"'],
    ['=', '='],
    ['--x=<&>', '--x=<&>'],
    ['a: b', "'a: b'"],
    ['a #b', "'a #b'"],
    ["it's: so", "'it''s: so'"],
    ['http://x:80/', 'http://x:80/'],
    ['- x', "'- x'"],
    ['a\tb', '"a\\tb"'],
    ['\u{1f600}', '"\\U0001F600"'],
    ['é', 'é'],
  ])('writes %j as %s', (text, written) => {
    expect(goYaml({ v: text })).toBe(`v: ${written}\n`);
  });

  it('writes lines as a block and folds what is long', () => {
    expect(goYaml({ a: 'one\n\ntwo\n', b: ['x\ny'], c: ' x\ny', d: 'x \ny' })).toBe(`a: |
  one

  two
b:
- |-
  x
  y
c: |2-
   x
  y
d: "x \\ny"
`);
    const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
    expect(
      goYaml({ message: words }),
    ).toBe(`message: word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11
  word12 word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23
  word24 word25 word26 word27 word28 word29
`);
  });

  it('orders numbers in keys by value', () => {
    expect(goYaml({ a10: 1, a2: 1, B: 1, 'a-b': 1, ab: 1 })).toBe('B: 1\na-b: 1\na2: 1\na10: 1\nab: 1\n');
  });

  it('gives any YAML reader the data back', () => {
    // The reader of this test takes more for a number than YAML does: `.`, `e0`, `0b_`.
    const isText = (one: string) => !/^[-+\d_.a-f]*[box]?[\d_a-f]*$/i.test(one);
    const text = fc.string().filter(isText);
    const leaf = fc.oneof(
      text,
      fc.string({ unit: 'grapheme' }).filter(isText),
      fc
        .array(fc.constantFrom('lorem', ' ', '  ', 'ipsum ', '\n', ': ', "'", '"', '#', '\\'), { maxLength: 40 })
        .map((parts) => parts.join('')),
      fc.constantFrom('yes', '~', '0x1', ': ', 'a: b', '#', 'x #y', '- a', '2024-01-01', '1e3', '', ' ', '\n', '\n\n'),
      fc.integer(),
      fc.boolean(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(text, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(text, tree), (value) => {
        expect(parse(goYaml(value), { version: '1.1', uniqueKeys: false })).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});
