import { expect, it } from 'vitest';
import { TestWorld } from '../../runtime/virtual/test-world.ts';

function pod(servers: { port: number; startup?: number; status?: number }[]) {
  const world = new TestWorld({
    apps: {
      server: {
        servers: servers.map(({ port, startup = 0, status = 200 }) => ({
          port,
          protocol: 'http',
          startup,
          routes: [{ path: '*', status, body: 'hello' }],
        })),
      },
    },
  });
  world.sandbox();
  world.start({ image: 'example/server', container: 'server' });
  const shell = world.start({ image: 'busybox', container: 'shell', command: ['sleep', 'infinity'] });
  return { world, curl: (line: string) => world.exec(shell, ['curl', ...line.split(' ')], undefined, 600_000) };
}

it('tries again after the delay while the connection is refused', () => {
  const { curl } = pod([{ port: 80, startup: 12_000 }]);
  const got = curl('http://127.0.0.1/ --connect-timeout 2 --retry 50 --retry-connrefused --retry-delay 5');
  expect(got).toMatchObject({ code: 0, stdout: 'hello' });
  expect(got?.stderr.split('\n')[0]).toBe(
    'Warning: Problem: connection refused. Will retry in 5 seconds. 50 retries left.',
  );
  expect(got?.took).toBeGreaterThan(14_900);
  expect(got?.took).toBeLessThan(15_500);
});

it('gives up when the retries are used up', () => {
  const got = pod([]).curl('-s http://127.0.0.1:81/ --retry 2 --retry-connrefused --retry-delay 5');
  expect(got).toMatchObject({ code: 7, stderr: '' });
  expect(got?.took).toBeGreaterThan(10_000);
  expect(got?.took).toBeLessThan(11_000);
});

it('does not try again where it was refused and not told to', () => {
  const got = pod([]).curl('http://127.0.0.1:81/ --retry 5');
  expect(got).toMatchObject({
    code: 7,
    stderr: 'curl: (7) Failed to connect to 127.0.0.1 port 81: Connection refused\n',
  });
  expect(got?.took).toBeLessThan(1000);
});

it('doubles the wait by itself on answers that may get better, and takes the last one', () => {
  const got = pod([{ port: 80, status: 503 }]).curl('http://127.0.0.1/ --retry 3');
  expect(got).toMatchObject({ code: 0, stdout: 'hello' });
  expect(got?.took).toBeGreaterThan(7000);
  expect(got?.took).toBeLessThan(8000);
});

it('fails on an error status if asked to', () => {
  expect(pod([{ port: 80, status: 404 }]).curl('-f http://127.0.0.1/')).toMatchObject({
    code: 22,
    stderr: 'curl: (22) The requested URL returned error: 404\n',
  });
});
