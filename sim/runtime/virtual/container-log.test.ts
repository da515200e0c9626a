import { expect, test } from 'vitest';
import { ContainerLog } from './container-log.ts';

test('the tail is the last 80 lines, those made when it is read among them in their order', () => {
  const log = new ContainerLog(() => {});
  const noted = (at: number) => `noted at ${at}`;
  for (let at = 0; at < 100; at++) {
    if (at % 10 === 0) log.write('stdout', `written at ${at}\n`);
    else log.note(noted, at);
  }
  const expected = Array.from({ length: 80 }, (_, i) => i + 20);
  expect(log.tail).toBe(expected.map((at) => `${at % 10 === 0 ? 'written' : 'noted'} at ${at}\n`).join(''));
});

test('fewer lines are all there, none but the last 2048 bytes', () => {
  const log = new ContainerLog(() => {});
  log.note((at) => `${at} ${'x'.repeat(2000)}`, 1);
  log.write('stdout', `${'y'.repeat(100)}\n`);
  expect(log.tail).toHaveLength(2048);
  expect(log.tail.endsWith(`x\n${'y'.repeat(100)}\n`)).toBe(true);
});
