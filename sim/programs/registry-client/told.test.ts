import { describe, expect, it } from 'vitest';
import { readTold, tell } from './told.ts';

describe('what a program tells in a line', () => {
  it.each([
    { kind: 'call', caller: 'lb', target: '10.244.0.5:7083', status: 200, durationMs: 3 },
    { kind: 'call', caller: 'lb', target: 'none', error: 'no instance', durationMs: 0 },
    { kind: 'view', what: 'cache', viewer: 'lb', service: 'orders', addresses: ['10.244.0.4:80', '10.244.0.5:80'] },
    { kind: 'view', what: 'registry', viewer: 'nacos', service: 'G@@orders', addresses: [] },
    { kind: 'closed', address: '10.244.0.5:7083' },
  ] as const)('is read back: %j', (told) => {
    const line = tell(told);
    expect(line).toMatch(/^probelab .*\n$/);
    expect(readTold(line.trimEnd())).toEqual(told);
  });

  it.each([
    '',
    'hello',
    'probelab',
    'probelab call',
    'probelab call lb -> x 200',
    'a probelab call lb -> x 200 in 1ms',
  ])('is nothing: %j', (line) => expect(readTold(line)).toBeUndefined());
});
