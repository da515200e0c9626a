import { describe, expect, it } from 'vitest';
import { TestWorld } from './test-world.ts';

describe('containers', () => {
  it('start after they were created, with events in order and none from within a command', () => {
    const world = new TestWorld({ apps: { app: { exit: { after: 0, code: 3 } } } });
    world.sandbox();
    const containerID = world.start({ image: 'example/app:1' });
    world.advance(100);
    expect(world.events.map(({ type }) => type)).toEqual([
      'sandbox-ready',
      'container-created',
      'container-started',
      'container-exited',
    ]);
    expect(world.of('container-exited')[0]).toMatchObject({ containerID, exitCode: 3, oomKilled: false });
  });

  it('end with what their app makes of SIGTERM', () => {
    const world = new TestWorld({
      apps: {
        slow: { termination: { delay: 3000, exitCode: 4, message: 'bye' } },
        deaf: { termination: { ignore: true } },
      },
    });
    world.sandbox();
    const slow = world.start({ image: 'x', container: 'slow' });
    const deaf = world.start({ image: 'x', container: 'deaf' });
    const at = world.clock.now();
    for (const containerID of [slow, deaf]) world.runtime.signalContainer({ containerID, signal: 'SIGTERM' });
    world.advance(10_000);
    expect(world.of('container-exited')).toMatchObject([
      { containerID: slow, exitCode: 4, finishedAt: at + 3000, terminationMessage: 'bye' },
    ]);
    world.runtime.signalContainer({ containerID: deaf, signal: 'SIGKILL' });
    world.advance(100);
    expect(world.of('container-exited')[1]).toMatchObject({ containerID: deaf, exitCode: 137 });
  });

  it.each([
    [['sh', '-c', 'sleep 600'], undefined],
    [['sleep', '600'], undefined],
    [['sh', '-c', "trap 'exit 5' TERM; sleep 600 & wait"], 5],
    [['sh', '-c', "trap 'exit 5' TERM; sleep 600"], undefined],
  ])('as PID 1 take SIGTERM as the kernel gives it: %j', (command, exitCode) => {
    const world = new TestWorld();
    world.sandbox();
    const containerID = world.start({ image: 'busybox', command });
    world.runtime.signalContainer({ containerID, signal: 'SIGTERM' });
    world.advance(1000);
    expect(world.of('container-exited')[0]?.exitCode).toBe(exitCode);
  });

  it.each([
    [['/no/such/cmd'], 'exec: "/no/such/cmd": stat /no/such/cmd: no such file or directory: unknown'],
    [['nosuchcmd'], 'exec: "nosuchcmd": executable file not found in $PATH: unknown'],
  ])('that cannot start say why: %j', (command, text) => {
    const world = new TestWorld();
    world.sandbox();
    world.start({ image: 'busybox', command });
    expect(world.of('container-failed')).toMatchObject([
      { phase: 'start', exitCode: 128, message: expect.stringContaining(text) },
    ]);
  });

  it('are killed when they take more memory than they may', () => {
    const world = new TestWorld();
    world.sandbox();
    const image = 'registry.local/probeapp:2';
    const args = ['--alloc=100', '--alloc-after=3s'];
    world.start({ image, args, resources: { memoryLimitBytes: 2 ** 26 } });
    world.start({ image, args: [...args, '--addr=:81'], container: 'roomy', resources: { memoryLimitBytes: 2 ** 28 } });
    world.advance(5000);
    expect(world.of('container-exited')).toMatchObject([{ container: 'app', exitCode: 137, oomKilled: true }]);
  });

  it('give up a port that another container has', () => {
    const world = new TestWorld();
    const ip = world.sandbox();
    world.start({ image: 'registry.local/probeapp:1' });
    world.start({ image: 'registry.local/probeapp:1', container: 'second' });
    world.advance(100);
    expect(world.of('container-exited')).toMatchObject([{ container: 'second', exitCode: 1 }]);
    expect(world.http(ip, 8080, '/readyz')).toMatchObject({ status: 200 });
  });

  it('keep the last 80 lines of their output', () => {
    const world = new TestWorld();
    world.sandbox();
    world.start({ image: 'busybox', command: ['sh', '-c', 'seq 1 3000; exit 6'] });
    world.advance(100);
    const [exited] = world.of('container-exited');
    expect(exited).toMatchObject({
      exitCode: 6,
      logTail: Array.from({ length: 80 }, (_, i) => `${2921 + i}\n`).join(''),
    });
  });

  it('frozen, connect but do not answer', () => {
    const world = new TestWorld({ apps: { app: { servers: [{ port: 80, protocol: 'http' }] } } });
    const ip = world.sandbox();
    const containerID = world.start({ image: 'x' });
    world.runtime.steer({ target: 'pause', containerID, paused: true });
    expect(world.tcp(ip, 80)).toMatchObject({ kind: 'connected' });
    expect(world.http(ip, 80)).toMatchObject({ failure: { cause: 'timeout' } });
    world.runtime.steer({ target: 'pause', containerID, paused: false });
    expect(world.http(ip, 80)).toMatchObject({ status: 200 });
  });
});

describe('files', () => {
  it('are fresh in a new instance; an emptyDir is the pod’s', () => {
    const world = new TestWorld();
    world.sandbox();
    const mounts = [{ mountPath: '/data', readOnly: false, source: { type: 'emptyDir', volume: 'v' } }] as const;
    const first = world.start({ image: 'busybox', args: ['sleep', '60'], mounts });
    world.sh(first, 'echo a > /tmp/a; echo b > /data/b');
    const second = world.start({ image: 'busybox', args: ['sleep', '60'], mounts, attempt: 1 });
    expect(world.sh(second, 'cat /data/b; cat /tmp/a')).toMatchObject({
      stdout: 'b\n',
      stderr: "cat: can't open '/tmp/a': No such file or directory\n",
    });
  });

  it('of a volume are there and cannot be written; nor can a read-only root', () => {
    const world = new TestWorld();
    world.sandbox();
    const files = { 'a/b.txt': new TextEncoder().encode('text') };
    const containerID = world.start({
      image: 'busybox',
      args: ['sleep', '60'],
      mounts: [{ mountPath: '/etc/config', readOnly: true, source: { type: 'files', volume: 'c', files, mode: 420 } }],
      security: { readOnlyRootFilesystem: true, addCapabilities: [], dropCapabilities: [] },
    });
    expect(world.sh(containerID, 'cat /etc/config/a/b.txt')).toMatchObject({ code: 0, stdout: 'text' });
    expect(world.sh(containerID, 'echo x > /tmp/probe')?.stderr).toBe(
      "sh: can't create /tmp/probe: Read-only file system\n",
    );
    expect(world.sh(containerID, 'echo x > /etc/config/new')?.stderr).toBe(
      "sh: can't create /etc/config/new: Read-only file system\n",
    );
  });
});

describe('steps', () => {
  const app = { servers: [{ port: 80, protocol: 'http', routes: [{ path: '/a' }, { path: '/b' }] }] } as const;
  const steer = (world: TestWorld, patch: Record<string, unknown>, container = 'app') =>
    world.runtime.steer({ target: 'app', podUID: 'pod', container, patch });

  it('change a path for this instance and the next ones', () => {
    const world = new TestWorld({ apps: { app } });
    const ip = world.sandbox();
    const first = world.start({ image: 'x' });
    steer(world, { server: 80, path: '/a', status: 503 });
    expect([world.http(ip, 80, '/a'), world.http(ip, 80, '/b')]).toMatchObject([{ status: 503 }, { status: 200 }]);
    world.runtime.signalContainer({ containerID: first, signal: 'SIGKILL' });
    world.advance(100);
    world.start({ image: 'x', attempt: 1 });
    expect(world.http(ip, 80, '/a')).toMatchObject({ status: 503 });
  });

  it('with instanceOnly change this instance only', () => {
    const world = new TestWorld({ apps: { app } });
    const ip = world.sandbox();
    const first = world.start({ image: 'x' });
    steer(world, { path: '/a', hang: true, instanceOnly: true });
    expect(world.http(ip, 80, '/a')).toMatchObject({ failure: { cause: 'timeout' } });
    world.runtime.signalContainer({ containerID: first, signal: 'SIGKILL' });
    world.advance(100);
    world.start({ image: 'x', attempt: 1 });
    expect(world.http(ip, 80, '/a')).toMatchObject({ status: 200 });
  });

  it('close and open a port, and end the app', () => {
    const world = new TestWorld({ apps: { app } });
    const ip = world.sandbox();
    world.start({ image: 'x' });
    steer(world, { server: 80, listening: false });
    expect(world.tcp(ip, 80)).toMatchObject({ kind: 'failed' });
    steer(world, { server: 80, listening: true });
    expect(world.tcp(ip, 80)).toMatchObject({ kind: 'connected' });
    steer(world, { exit: 9 });
    world.advance(100);
    expect(world.of('container-exited')).toMatchObject([{ exitCode: 9 }]);
  });

  it('without a target are an error that is said', () => {
    const world = new TestWorld();
    world.sandbox();
    world.runtime.steer({ target: 'app', podUID: 'nobody', container: 'app', patch: { status: 1 } });
    world.advance(10);
    expect(world.of('notice')).toMatchObject([{ level: 'error', code: 'STEP_WITHOUT_TARGET' }]);
  });
});

describe('images', () => {
  it('are pulled, once', () => {
    const world = new TestWorld({ images: { 'a:1': { pullMs: 700, sizeBytes: 5 } } });
    world.runtime.imageStatus({ id: '1', image: 'a:1' });
    world.runtime.pullImage({ id: '2', image: 'a:1' });
    world.advance(699);
    expect(world.events).toMatchObject([{ type: 'image-status', present: false }]);
    world.advance(1);
    world.runtime.imageStatus({ id: '3', image: 'a:1' });
    world.advance(10);
    expect(world.events.slice(1)).toMatchObject([{ type: 'image-pulled', sizeBytes: 5 }, { present: true }]);
  });

  it.each([
    [
      '127.0.0.1:15001/app:1',
      'refused',
      'failed to pull and unpack image "127.0.0.1:15001/app:1": failed to resolve reference "127.0.0.1:15001/app:1": failed to do request: Head "http://127.0.0.1:15001/v2/app/manifests/1": dial tcp 127.0.0.1:15001: connect: connection refused',
    ],
    [
      'team/web:nosuch',
      'not-found',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/team/web:nosuch": failed to resolve reference "docker.io/team/web:nosuch": docker.io/team/web:nosuch: not found',
    ],
  ] as const)('that cannot be pulled fail in containerd’s words: %s', (image, fails, message) => {
    const world = new TestWorld({ images: { [image]: { fails } } });
    world.runtime.pullImage({ id: '1', image });
    world.advance(2000);
    expect(world.of('image-pull-failed')).toMatchObject([{ reason: 'ErrImagePull', message }]);
  });

  it('nobody has described get a stand-in, and a notice', () => {
    const world = new TestWorld();
    const ip = world.sandbox();
    world.start({ image: 'example.com/unknown:7', ports: [{ containerPort: 3000, protocol: 'TCP' }] });
    expect(world.http(ip, 3000, '/anything')).toMatchObject({ status: 200 });
    expect(world.of('notice')).toMatchObject([{ level: 'warning', code: 'IMAGE_STAND_IN' }]);
  });

  it('of the documentation behave as documented', () => {
    const world = new TestWorld();
    const ip = world.sandbox();
    world.start({ image: 'registry.k8s.io/e2e-test-images/agnhost:2.40', args: ['liveness'] });
    world.start({
      image: 'registry.k8s.io/etcd:3.5.1-0',
      container: 'etcd',
      command: ['/usr/local/bin/etcd', '--data-dir', '/var/lib/etcd', '--listen-client-urls', 'http://0.0.0.0:2379'],
    });
    world.advance(1000);
    expect(world.http(ip, 8080, '/healthz')).toMatchObject({ status: 200 });
    expect(world.grpc(ip, 2379)).toMatchObject({ kind: 'response', status: 'SERVING' });
    world.advance(10_000);
    expect(world.http(ip, 8080, '/healthz')).toMatchObject({ status: 500 });
    world.sandbox('two');
    world.start({ podUID: 'two', image: 'registry.k8s.io/goproxy:0.1' });
    expect(world.tcp('10.244.0.3', 8080)).toMatchObject({ kind: 'connected' });
  });
});
