import { describe, expect, test } from 'vitest';
import { readYaml, type YamlDocument } from './yaml-file.ts';
import { yaml11Scalar } from './yaml-scalar.ts';

function only(text: string): YamlDocument {
  const { documents, errors } = readYaml(text, { file: 'f' });
  expect(errors).toEqual([]);
  return documents[0] as YamlDocument;
}

describe('values', () => {
  test.each<[string, string, unknown]>([
    ['quoted text stays text', '{a: "1", b: \'yes\'}', { a: '1', b: 'yes' }],
    ['a tag makes text', 'a: !!str 5', { a: '5' }],
    ['block text', 'a: |\n  x\n  y\n', { a: 'x\ny\n' }],
    ['of a key given twice the last one wins', 'a: 1\na: 2', { a: 2 }],
    ['aliases', 'a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['merged keys, own ones first', 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ['an empty value', 'a:', { a: null }],
    ['JSON', '{"a": [1, "2", true, null]}', { a: [1, '2', true, null] }],
    ['a key that JavaScript takes for something else', '__proto__: {x: 1}', JSON.parse('{"__proto__": {"x": 1}}')],
  ])('%s', (_, text, value) => {
    expect(only(text).value(yaml11Scalar)).toEqual(value);
  });

  test('an alias that contains itself is an error', () => {
    expect(() => only('a: &x [*x]').value(yaml11Scalar)).toThrow(/contains itself/);
  });

  test('aliases that grow without end are an error, soon', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(() => only(lines.join('\n')).value(yaml11Scalar)).toThrow(/without end/);
  });
});

test('documents that are empty are left out', () => {
  expect(readYaml('---\n---\na: 1\n---\n# nothing\n', { file: 'f' }).documents).toHaveLength(1);
});

describe('places', () => {
  const document = only('a:\n  b: [1, 22, 333]\n  c: {d: x}\n');

  test.each<[(string | number)[], 'key' | 'value', string]>([
    [['a'], 'key', '1:1'],
    [['a', 'b'], 'key', '2:3'],
    [['a', 'b', 1], 'value', '2:10'],
    [['a', 'c', 'd'], 'key', '3:7'],
    [['a', 'c', 'd'], 'value', '3:10'],
    [['a', 'c', 'nothing', 'below'], 'key', '3:3'],
    [[], 'value', '1:1'],
  ])('%j by its %s is at %s', (path, part, place) => {
    const { line, column } = document.locate(path, part);
    expect(`${line}:${column}`).toBe(place);
  });
});
