import { describe, expect, it } from 'vitest';
import { tooOld } from './node-version.ts';

describe('the version of Node', () => {
  it.each(['24.0.0', '24.21.0', '25.1.0', '100.0.0'])('%s will do', (version) => {
    expect(tooOld(version)).toBeUndefined();
  });

  it.each(['8.17.0', '20.20.2', '22.22.0', '23.11.1'])('%s is too old', (version) => {
    expect(tooOld(version)).toContain('needs Node 24 or newer');
    expect(tooOld(version)).toContain(`this is v${version}`);
  });
});
