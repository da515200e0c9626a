import { describe, expect, it } from 'vitest';
import { parseFlags, parseLongFlags } from './flags.ts';
import { calicoProfile } from './profiles.ts';

const parse = (...args: string[]) => {
  const parsed = parseFlags(args, calicoProfile('v3.31.7'));
  return 'error' in parsed ? parsed.error : Object.fromEntries(parsed.values);
};

// What Go's flag package said.
describe('flags of calico-node', () => {
  it.each([
    ['-flows=0x10', { flows: '16' }],
    ['-flows=-0755', { flows: '-493' }],
    ['-flows=1_000', { flows: '1000' }],
    ['-flows=09', 'invalid value "09" for flag -flows: parse error'],
    ['-flows=99999999999999999999', 'invalid value "99999999999999999999" for flag -flows: value out of range'],
    ['-threshold-time=2562047h', { 'threshold-time': '2562047h' }],
    ['-threshold-time=2562048h', 'invalid value "2562048h" for flag -threshold-time: parse error'],
    ['-felix-live=true=x', 'invalid boolean value "true=x" for -felix-live: parse error'],
    ['--=x', 'bad flag syntax: --=x'],
  ])('%s', (arg, expected) => {
    expect(parse(arg)).toEqual(expected);
  });

  it('of master speak of strconv', () => {
    expect(parseLongFlags(['--port=99999999999999999999'], { port: 'int' })).toEqual({
      error:
        'invalid argument "99999999999999999999" for "--port" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range',
    });
  });
});
