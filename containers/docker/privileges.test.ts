import type Dockerode from 'dockerode';
import { expect, test } from 'vitest';
import type { OwnerLabels } from './owner.ts';
import { enginePrivileges, missingCapabilities } from './privileges.ts';

const labels = {} as OwnerLabels;
const sandboxed = 'Name:\tnode\nCapBnd:\t000001fffeffffff\n';

/** An engine whose containers start, or fail with this text. */
function engine(failure?: string) {
  const removed: object[] = [];
  const start = async () => {
    if (failure !== undefined) throw new Error(failure);
  };
  const container = { start, remove: async (options: object) => void removed.push(options) };
  return { removed, docker: { createContainer: async () => container } as unknown as Dockerode };
}

test('capabilities that a process cannot give', () => {
  expect(missingCapabilities(sandboxed)).toEqual(['SYS_RESOURCE']);
  expect(missingCapabilities('CapBnd:\t000001ffffffffff\n')).toEqual([]);
  expect(missingCapabilities('')).toEqual([]);
});

test('an engine that can is asked for it', async () => {
  const { docker, removed } = engine();
  const found = await enginePrivileges(docker, { image: 'pause', labels, status: sandboxed });
  expect(found).toEqual({ privileges: { Privileged: true }, missing: [] });
  expect(removed).toEqual([{ force: true }]);
});

test('one that cannot gives all that it has', async () => {
  const { docker, removed } = engine('runc create failed: unable to apply caps: operation not permitted');
  const found = await enginePrivileges(docker, { image: 'pause', labels, status: sandboxed });
  expect(found.missing).toEqual(['SYS_RESOURCE']);
  expect(found.privileges).toMatchObject({ Privileged: false, CapAdd: ['ALL'], CapDrop: ['SYS_RESOURCE'] });
  expect(removed).toEqual([{ force: true }]);
});

test('another failure is left to the container itself', async () => {
  const { docker } = engine('no space left on device');
  const found = await enginePrivileges(docker, { image: 'pause', labels, status: sandboxed });
  expect(found.privileges).toEqual({ Privileged: true });
});
