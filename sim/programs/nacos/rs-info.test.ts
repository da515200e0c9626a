import { describe, expect, it } from 'vitest';
import { RuntimeFault } from './reply.ts';
import { parseBeat } from './rs-info.ts';

const CLASS = 'com.alibaba.nacos.naming.healthcheck.RsInfo';
const DEFAULTS = { port: 0, weight: 0, ephemeral: true };

/** What is wrong with a beat: Jackson's text without the source, the place, and the field. */
function complaint(text: string): string {
  try {
    parseBeat(text);
  } catch (error) {
    if (!(error instanceof RuntimeFault)) throw error;
    const [nearest = ''] = error.causes;
    return nearest.replaceAll(`[Source: (String)"${text}"; `, '[').replaceAll(CLASS, 'RsInfo').replace('\n ', ' ');
  }
  return '';
}

// What a server 2.2.4 answered.
describe('a full beat', () => {
  it.each([
    ['{}', {}],
    [
      '{"ip":"10.0.0.7","port":81,"weight":1.5,"scheduled":"maybe","x":[1,{"y":2}]}',
      { ip: '10.0.0.7', port: 81, weight: 1.5 },
    ],
    ['{"ip":7,"port":"81","cluster":5,"serviceName":"a"}', { ip: '7', port: 81, cluster: '5', serviceName: 'a' }],
    ['{"ip":1.50,"port":81.9,"weight":"2"}', { ip: '1.50', port: 81, weight: 2 }],
    ['{"port":null,"weight":null,"metadata":null,"ephemeral":null}', { ephemeral: false }],
    ['{"port":"","weight":"","ephemeral":""}', { ephemeral: false }],
    ['{"ephemeral":1,"metadata":{"a":1.50,"b":true,"c":null}}', { metadata: { a: '1.50', b: 'true' } }],
    ['{"ip":"a\\u00e9\\n"}', { ip: 'aé\n' }],
    ['{"ip":"10.0.0.7"} what comes after it is not read', { ip: '10.0.0.7' }],
    ['{"ip":"10.0.0.7"}}', { ip: '10.0.0.7' }],
  ])('%s is read', (text, told) => {
    expect(parseBeat(text)).toEqual({ ...DEFAULTS, ...told });
  });

  it('may be as deep as it likes where nobody looks', () => {
    const deep = '[{"y":'.repeat(50_000);
    expect(parseBeat(`{"x":${deep}1${'}]'.repeat(50_000)},"port":5}`)).toEqual({ ...DEFAULTS, port: 5 });
    expect(complaint(`{"x":${deep}`)).toContain('Unexpected end-of-input within/between Object entries');
  });

  it('of null is none', () => {
    expect(parseBeat('null')).toBeUndefined();
  });

  it.each([
    [
      '[',
      'Cannot deserialize value of type `RsInfo` from Array value (token `JsonToken.START_ARRAY`) at [line: 1, column: 1]',
    ],
    [
      '1',
      'Cannot construct instance of `RsInfo` (although at least one Creator exists): no int/Int-argument constructor/factory method to deserialize from Number value (1) at [line: 1, column: 1]',
    ],
    [
      '"x"',
      "Cannot construct instance of `RsInfo` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value ('x') at [line: 1, column: 1]",
    ],
    [
      '{"port":"abc"}',
      'Cannot deserialize value of type `int` from String "abc": not a valid `int` value at [line: 1, column: 9] (through reference chain: RsInfo["port"])',
    ],
    [
      '{"port":99999999999}',
      'Numeric value (99999999999) out of range of int (-2147483648 - 2147483647) at [line: 1, column: 20] (through reference chain: RsInfo["port"])',
    ],
    [
      '{"port":"99999999999"}',
      'Cannot deserialize value of type `int` from String "99999999999": Overflow: numeric value (99999999999) out of range of int (-2147483648 -2147483647) at [line: 1, column: 9] (through reference chain: RsInfo["port"])',
    ],
    [
      '{"weight":true}',
      'Cannot deserialize value of type `double` from Boolean value (token `JsonToken.VALUE_TRUE`) at [line: 1, column: 11] (through reference chain: RsInfo["weight"])',
    ],
    [
      '{"ephemeral":"maybe"}',
      'Cannot deserialize value of type `boolean` from String "maybe": only "true"/"True"/"TRUE" or "false"/"False"/"FALSE" recognized at [line: 1, column: 14] (through reference chain: RsInfo["ephemeral"])',
    ],
    [
      '{"metadata":"x"}',
      'Cannot construct instance of `java.util.LinkedHashMap` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value (\'x\') at [line: 1, column: 13] (through reference chain: RsInfo["metadata"])',
    ],
    [
      '{"metadata":{"a":[]}}',
      'Cannot deserialize value of type `java.lang.String` from Array value (token `JsonToken.START_ARRAY`) at [line: 1, column: 18] (through reference chain: RsInfo["metadata"]->java.util.LinkedHashMap["a"])',
    ],
    [
      '{"ip":"a',
      'Unexpected end-of-input: was expecting closing quote for a string value at [line: 1, column: 9] (through reference chain: RsInfo["ip"])',
    ],
    [
      '{"ip":"a\\x"}',
      'Unrecognized character escape \'x\' (code 120) at [line: 1, column: 11] (through reference chain: RsInfo["ip"])',
    ],
    [
      '{"ip":"a\n"}',
      'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value at [line: 1, column: 10] (through reference chain: RsInfo["ip"])',
    ],
    [
      '{"a":1',
      'Unexpected end-of-input: expected close marker for Object (start marker at [line: 1, column: 1]) at [line: 1, column: 7]',
    ],
    ['{"a":[1,', 'Unexpected end-of-input within/between Array entries at [line: 1, column: 9]'],
    [
      '{"a":1]',
      "Unexpected close marker ']': expected '}' (for Object starting at [line: 1, column: 1]) at [line: 1, column: 8]",
    ],
    [
      '{"a":1,}',
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name at [line: 1, column: 9]",
    ],
    ['{"a":}', "Unexpected character ('}' (code 125)): expected a value at [line: 1, column: 7]"],
    [
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value at [line: 1, column: 7]",
    ],
    [
      '{"a":[1 2]}',
      "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries at [line: 1, column: 10]",
    ],
    [
      '{"a":nope}',
      "Unrecognized token 'nope': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') at [line: 1, column: 10]",
    ],
    [
      '{"a":NaN}',
      "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow at [line: 1, column: 9]",
    ],
    ['{"a":01}', 'Invalid numeric value: Leading zeroes not allowed at [line: 1, column: 7]'],
    [
      '{"a":1.}',
      "Unexpected character ('}' (code 125)) in numeric value: Decimal point not followed by a digit at [line: 1, column: 8]",
    ],
    [
      '{"a":-x}',
      "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value at [line: 1, column: 8]",
    ],
  ])('%s is refused', (text, words) => {
    expect(complaint(text)).toBe(words);
  });
});
