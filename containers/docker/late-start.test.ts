import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type CommandLine, lateStart } from './late-start.ts';

const IMAGE: CommandLine = { Entrypoint: ['/entry'], Cmd: ['serve', '-v'] };

test.each<[string, CommandLine, string[]]>([
  ['nothing', {}, ['/entry', 'serve', '-v']],
  ['args', { Cmd: ['check'] }, ['/entry', 'check']],
  ['a command', { Entrypoint: ['envoy'], Cmd: [] }, ['envoy']],
  ['both', { Entrypoint: ['envoy'], Cmd: ['-c', 'x'] }, ['envoy', '-c', 'x']],
])('who says %s runs what Kubernetes runs, only later', (_, command, runs) => {
  expect(lateStart(1000, command, IMAGE).Cmd).toEqual(runs);
});

test('the program takes the place of the shell, its words as they are', () => {
  const { Entrypoint, Cmd } = lateStart(30, { Entrypoint: ['printf', '%s|'], Cmd: ['a b', '$HOME', "it's"] }, {});
  const [shell = '', ...args] = [...Entrypoint, ...Cmd];
  const before = performance.now();
  expect(execFileSync(shell, args, { encoding: 'utf8' })).toBe("a b|$HOME|it's|");
  expect(performance.now() - before).toBeGreaterThan(30);
});
