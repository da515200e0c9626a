import { describe, expect, it } from 'vitest';
import { applyMerge } from './apply-merge.ts';

describe('applyMerge', () => {
  it('takes away what was applied before and is wanted no longer, and keeps what others set', () => {
    const current = { selector: { app: 'web', version: 'blue', others: 'x' }, clusterIP: '10.96.0.1' };
    const applied = { selector: { app: 'web', version: 'blue' } };
    expect(applyMerge(current, applied, { selector: { app: 'web' } })).toEqual({
      selector: { app: 'web', others: 'x' },
      clusterIP: '10.96.0.1',
    });
  });

  it('merges containers by name and mounts by path', () => {
    const token = { name: 'token', mountPath: '/var/run/secrets' };
    const current = {
      containers: [{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }], volumeMounts: [token] }],
    };
    const applied = { containers: [{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] }] };
    const wanted = {
      containers: [
        { name: 'a', image: 'a:2' },
        { name: 'b', image: 'b:1' },
      ],
    };
    expect(applyMerge(current, applied, wanted)).toEqual({
      containers: [
        { name: 'a', image: 'a:2', volumeMounts: [token] },
        { name: 'b', image: 'b:1' },
      ],
    });
  });

  it('removes a container that is wanted no longer, but not one that a webhook put there', () => {
    const current = { containers: [{ name: 'a' }, { name: 'old' }, { name: 'sidecar' }] };
    const applied = { containers: [{ name: 'a' }, { name: 'old' }] };
    expect(applyMerge(current, applied, { containers: [{ name: 'a' }] })).toEqual({
      containers: [{ name: 'a' }, { name: 'sidecar' }],
    });
  });

  it('lets another strategy replace the one there was', () => {
    const current = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    expect(applyMerge(current, {}, { strategy: { type: 'Recreate' } })).toEqual({ strategy: { type: 'Recreate' } });
  });

  it('replaces lists without a key', () => {
    expect(applyMerge({ args: ['a', 'b'] }, { args: ['a', 'b'] }, { args: ['c'] })).toEqual({ args: ['c'] });
  });
});
