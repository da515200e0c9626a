import { expect, test } from 'vitest';
import { TestWorld } from '../../../runtime/virtual/test-world.ts';
import type { ImageDescription } from '../../catalogue/image.ts';
import type { Program } from '../../host.ts';
import { runsvdir } from './runsvdir.ts';
import { sv } from './sv.ts';

const program = (made: Program) => ({ kind: 'program', program: made }) as const;
const steady: Program = (host) => host.onSignal('SIGTERM', () => host.exit(0));
const dies: Program = (host) => host.exit(1);

/** A container whose PID 1 supervises these services: name → the program its run script executes. */
function supervised(services: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const image: ImageDescription = {
    names: [],
    entrypoint: ['/usr/bin/runsvdir', '-P', '/service'],
    sizeBytes: 1,
    shell: true,
    programs: {
      '/usr/bin/runsvdir': program(runsvdir),
      '/usr/bin/sv': program(sv),
      '/bin/steady': program(steady),
      '/bin/dies': program(dies),
    },
    files: Object.fromEntries(
      Object.entries(services).map(([name, run]) => [`/service/${name}/run`, `#!/bin/sh\nexec 2>&1\nexec ${run}\n`]),
    ),
  };
  const world = new TestWorld({ catalogue: () => image });
  world.sandbox();
  const container = world.start({
    image: 'services',
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  });
  world.advance(100);
  const run = (...command: string[]) => {
    const { code, stdout } = world.exec(container, command) ?? { code: -1, stdout: '' };
    return `${code} ${stdout.replace(/\(pid \d+\)/, '(pid N)')}`.trim();
  };
  return { world, container, run, status: (name: string) => run('sv', 'status', `/service/${name}`) };
}

// The texts are those of test/golden/calico/health.jsonl (svStatus).
test('a service that runs, is stopped, stands still', () => {
  const { world, run, status } = supervised({ a: '/bin/steady' });
  world.advance(7000);
  expect(status('a')).toBe('0 run: /service/a: (pid N) 7s');
  run('sv', 'pause', '/service/a');
  expect(status('a')).toBe('0 run: /service/a: (pid N) 7s, paused');
  run('sv', 'cont', '/service/a');
  run('sv', 'down', '/service/a');
  world.advance(2000);
  expect(status('a')).toBe('0 down: /service/a: 2s, normally up');
  run('sv', 'up', '/service/a');
  expect(status('a')).toBe('0 run: /service/a: (pid N) 0s');
});

test('a service that dies at once is started again after a second, and is seen down nearly always', () => {
  const { world, status } = supervised({ a: '/bin/dies' });
  const seen = new Set<string>();
  for (let look = 0; look < 40; look++) {
    world.advance(100);
    seen.add(status('a').replace(/\d+s/, 'Ns'));
  }
  expect([...seen]).toEqual(['0 down: /service/a: Ns, normally up, want up']);
});

test('a service that has lived for a second is started again at once', () => {
  const { world, run, status } = supervised({ a: '/bin/steady' });
  world.advance(3000);
  expect(run('sv', 'kill', '/service/a')).toBe('0');
  expect(status('a')).toBe('0 run: /service/a: (pid N) 0s');
});

test('a service in its finish script', () => {
  const { world, run, status } = supervised({ a: '/bin/steady' });
  run('sh', '-c', 'echo "exec sleep 3" > /service/a/finish');
  world.advance(2000);
  run('sv', 'term', '/service/a');
  world.advance(2000);
  expect(status('a')).toBe('0 finish: /service/a: (pid N) 2s');
  world.advance(2000);
  expect(status('a')).toMatch(/^0 run: /);
});

test('no directory, no supervisor: exit code 1, the text on standard output', () => {
  const { run, status } = supervised({ a: '/bin/steady' });
  expect(status('b')).toBe('1 fail: /service/b: unable to change to service directory: file does not exist');
  run('mkdir', '/elsewhere');
  expect(run('sv', 'status', '/elsewhere')).toBe(
    '1 warning: /elsewhere: unable to open supervise/ok: file does not exist',
  );
});

test('a name without a slash is looked for in SVDIR, and nowhere else', () => {
  const found = supervised({ a: '/bin/steady' }, { SVDIR: '/service' });
  expect(found.run('sv', 'status', 'a')).toMatch(/^0 run: a: \(pid N\)/);
  const lost = supervised({ a: '/bin/steady' });
  expect(lost.run('sv', 'hup', 'a')).toBe('1 fail: a: unable to change to service directory: file does not exist');
});

test('sv restart waits for another process', () => {
  const { world, run } = supervised({ a: '/bin/steady' });
  world.advance(3000);
  expect(run('sv', 'restart', '/service/a')).toBe('0 ok: run: /service/a: (pid N) 0s');
});

test('a directory that comes later is supervised within five seconds; SIGTERM ends it all with 0', () => {
  const { world, container, run, status } = supervised({ a: '/bin/steady' });
  run('sh', '-c', 'mkdir -p /service/b; echo "exec /bin/steady" > /service/b/run');
  world.advance(5000);
  expect(status('b')).toMatch(/^0 run: /);
  world.runtime.signalContainer({ containerID: container, signal: 'SIGTERM' });
  world.advance(100);
  expect(world.of('container-exited')).toMatchObject([{ exitCode: 0 }]);
});
