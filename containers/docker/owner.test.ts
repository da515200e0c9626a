import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { LABEL, ownerIsDead, ownerLabels } from './owner.ts';

const none = (): boolean => false;

test('this very process lives', () => {
  expect(ownerIsDead(ownerLabels('run'), none)).toBe(false);
});

test('a process that has ended is dead', () => {
  const { pid } = spawnSync('true');
  expect(ownerIsDead({ ...ownerLabels('run'), [LABEL.pid]: String(pid) }, none)).toBe(true);
});

test.runIf(process.platform === 'linux')('a process id given away again is not the owner', () => {
  expect(ownerIsDead({ ...ownerLabels('run'), [LABEL.started]: '1' }, none)).toBe(true);
});

test('nothing survives a reboot of the same machine', () => {
  expect(ownerIsDead({ ...ownerLabels('run'), [LABEL.boot]: 'another' }, none)).toBe(true);
});

test.each([
  ['another machine', { [LABEL.machine]: 'another', [LABEL.pid]: '999999999' }],
  ['a process we cannot see', { [LABEL.pidNamespace]: 'pid:[1]', [LABEL.pid]: '999999999' }],
  ['an unreadable process id', { [LABEL.pid]: 'x' }],
])('uncertain is alive: %s', (_, labels) => {
  expect(ownerIsDead({ ...ownerLabels('run'), ...labels }, none)).toBe(false);
});

test('what carries no run is not ours', () => {
  expect(ownerIsDead({}, none)).toBe(false);
});

test('an owner in a container lives as long as that runs', () => {
  const labels = { ...ownerLabels('run'), [LABEL.container]: 'abc', [LABEL.pidNamespace]: 'pid:[1]' };
  expect(ownerIsDead(labels, (id) => id === 'abc')).toBe(false);
  expect(ownerIsDead(labels, none)).toBe(true);
});
