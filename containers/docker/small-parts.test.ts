import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { describedExec } from './described-exec.ts';
import { engineEndpoints } from './engine.ts';
import { overlaps } from './network.ts';
import { demultiplex, LineReader } from './output.ts';

describe('described commands', () => {
  const descriptions = [
    { command: 'cat /ready', exitCode: 1, stderr: "it's not\n", until: 1000 },
    { command: 'check *', duration: 1500 },
  ];

  test.each([
    [['cat', '/ready'], 0, ['sh', '-c', "printf %s 'it'\\''s not\n' >&2; exit 1"]],
    [['cat', '/ready'], 1000, ['cat', '/ready']],
    [['check', 'a', 'b'], 0, ['sh', '-c', 'sleep 1.5; exit 0']],
    [['ls'], 0, ['ls']],
  ])('%j at %i ms', (command, at, real) => {
    expect(describedExec(command, descriptions, at)).toEqual(real);
  });
});

test.each([
  ['10.244.0.0/24', '10.244.0.0/16', true],
  ['10.244.0.0/24', '10.244.1.0/24', false],
  ['172.17.0.1/16', '172.17.255.0/24', true],
  ['0.0.0.0/0', '10.244.7.0/24', true],
])('%s and %s share addresses: %s', (a, b, shared) => {
  expect(overlaps(a, b)).toBe(shared);
  expect(overlaps(b, a)).toBe(shared);
});

test('DOCKER_HOST alone is asked if it is set', () => {
  expect(engineEndpoints({ DOCKER_HOST: 'tcp://build:2375' })).toEqual(['tcp://build:2375']);
  expect(engineEndpoints({}).length).toBeGreaterThan(0);
});

describe('output', () => {
  test('frames are taken apart wherever the chunks are cut', async () => {
    const frame = (stream: number, text: string): Buffer => {
      const head = Buffer.alloc(8);
      head[0] = stream;
      head.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([head, Buffer.from(text)]);
    };
    const bytes = Buffer.concat([frame(1, 'out\nhäl'), frame(2, 'err\n'), frame(1, 'f\nrest')]);
    for (let cut = 1; cut < bytes.length; cut++) {
      const stream = new PassThrough();
      const lines: string[] = [];
      const reader = new LineReader((name, line) => lines.push(`${name} ${line}`));
      const ended = new Promise<void>((resolve) => {
        demultiplex(stream, false, (name, data) => reader.write(name, data), resolve);
      });
      stream.write(bytes.subarray(0, cut));
      stream.end(bytes.subarray(cut));
      await ended;
      reader.end();
      expect(lines).toEqual(['stdout out', 'stderr err', 'stdout hälf', 'stdout rest']);
    }
  });

  test('the tail is what the kubelet would take: 80 lines, 2048 bytes', () => {
    const reader = new LineReader(() => {});
    for (let i = 0; i < 200; i++) reader.write('stdout', Buffer.from(`${i}\n`));
    expect(reader.tail.split('\n')).toHaveLength(81);
    reader.write('stdout', Buffer.from(`${'x'.repeat(5000)}\n`));
    expect(reader.tail).toHaveLength(2048);
  });

  test('the tail has the unfinished lines of an output that is not over yet', () => {
    const reader = new LineReader(() => {});
    reader.write('stdout', Buffer.from('one\nhalf'));
    expect(reader.tail).toBe('one\nhalf\n');
    reader.write('stdout', Buffer.from(' done\n'));
    expect(reader.tail).toBe('one\nhalf done\n');
  });

  test('a line without end does not grow without end', () => {
    const lines: string[] = [];
    const reader = new LineReader((_, line) => lines.push(line));
    for (let i = 0; i < 10; i++) reader.write('stdout', Buffer.alloc(10_000, 'x'));
    expect(lines.length).toBeGreaterThan(4);
  });
});
