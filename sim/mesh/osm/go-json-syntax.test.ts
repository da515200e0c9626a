import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGoJson } from './go-json-syntax.ts';
import { GoJsonError } from './go-json-values.ts';

// Texts as Go 1.26.8 printed them.
test.each([
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['"ab', 'unexpected end of JSON input'],
  ['"\\u12', "invalid character ' ' in \\u hexadecimal character escape"],
  ['n', "invalid character ' ' in literal null (expecting 'u')"],
  ['-', "invalid character ' ' in numeric literal"],
  ['😀', "invalid character 'ð' looking for beginning of value"],
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['{"a":}', "invalid character '}' looking for beginning of value"],
  ['{"a":1}x', "invalid character 'x' after top-level value"],
  ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ['{"a":"\n"}', "invalid character '\\n' in string literal"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{"a":01}', "invalid character '1' after object key:value pair"],
  ['{"a":"\\q"}', "invalid character 'q' in string escape code"],
  ['{"a":-}', "invalid character '}' in numeric literal"],
  ['{,}', "invalid character ',' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
])('%j is refused in the words of Go', (text, message) => {
  expect(() => parseGoJson(text)).toThrow(new GoJsonError(message));
});

test('every JSON value is read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseGoJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a broken text is refused with a GoJsonError, exactly where JSON.parse refuses it', () => {
  const pieces = fc.array(
    fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', '.', 'e', 'true', 'n', '\\', ' ', 'é'),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      if (accepted) expect(() => parseGoJson(text)).not.toThrow();
      else expect(() => parseGoJson(text)).toThrow(GoJsonError);
    }),
  );
});

test('nesting without end is refused, not a crash', () => {
  expect(() => parseGoJson('['.repeat(200_000))).toThrow(new GoJsonError('exceeded max depth'));
});
