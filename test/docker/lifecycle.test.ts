import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeDocker, ensureImages } from './engine.ts';
import { get, PodDriver, until } from './pod-driver.ts';

/** What an app says once it takes signals. */
const AWAKE = { at: 0, line: 'awake' };

describeDocker('containers at a Docker engine', () => {
  let pod: PodDriver;
  let ip: string;

  beforeAll(async () => {
    await ensureImages();
    pod = await PodDriver.open({
      apps: {
        web: { servers: [{ port: 8080, protocol: 'http', routes: [{ path: '/healthz', status: 200, body: 'ok' }] }] },
        stubborn: { logs: [AWAKE], termination: { ignore: true } },
        slow: { logs: [AWAKE], termination: { delay: 300, exitCode: 4 } },
        described: { exec: [{ command: 'pg_isready -U x', exitCode: 2, stdout: "it's down\n" }] },
      },
      described: ['example.invalid/app:1'],
    });
    ip = await pod.sandbox(undefined, { 'db.example': '10.1.2.3' });
  });
  afterAll(() => pod?.dispose());

  it('gives the pod an address that the host reaches', async () => {
    await pod.up({ container: 'web', image: 'example.invalid/app:1' });
    const answer = await until(
      () => get(ip, 8080, '/healthz'),
      (got) => typeof got !== 'string',
    );
    expect(answer).toMatchObject({ status: 200, body: 'ok' });
    expect(await get(ip, 8081, '/')).toBe('ECONNREFUSED');
  });

  it('steers an app over its standard input, and a later instance goes on from there', async () => {
    const first = await pod.up({ container: 'web', image: 'probelab/app:1', env: [], podUID: 'uid-1' }).catch(String);
    // The port is taken by the instance of the test before: an app that cannot listen ends.
    expect((await pod.exited(first)).exitCode).toBe(1);
    pod.runtime.steer({
      target: 'app',
      podUID: 'uid-1',
      container: 'web',
      patch: { server: 8080, path: '/healthz', status: 503 },
    });
    await until(
      () => get(ip, 8080, '/healthz'),
      (got) => typeof got !== 'string' && got.status === 503,
    );
    const running = pod.events.find((event) => event.type === 'container-started' && event.container === 'web');
    const old = running?.type === 'container-started' ? running.containerID : '';
    pod.runtime.signalContainer({ containerID: old, signal: 'SIGTERM' });
    expect(await pod.exited(old)).toMatchObject({ exitCode: 0, oomKilled: false });
    await pod.up({ container: 'web', image: 'example.invalid/app:1', attempt: 1 });
    const answers = await until(
      () => get(ip, 8080, '/healthz'),
      (got) => typeof got !== 'string',
    );
    expect(answers).toMatchObject({ status: 503 });
  });

  it('restarts as a new container with a fresh file system', async () => {
    const spec = { container: 'files', image: 'busybox:1.35' };
    const script = 'test -e /tmp/was-here && exit 9; touch /tmp/was-here; exit 3';
    const first = await pod.toEnd({ ...spec, command: ['sh', '-c', script] });
    const second = await pod.toEnd({ ...spec, command: ['sh', '-c', script], attempt: 1 });
    expect([first.exitCode, second.exitCode]).toEqual([3, 3]);
    expect(second.containerID).not.toBe(first.containerID);
  });

  it('ends on SIGTERM as described, and on SIGKILL whatever is described', async () => {
    const stubborn = await pod.up({ container: 'stubborn', image: 'probelab/app:1' });
    const slow = await pod.up({ container: 'slow', image: 'probelab/app:1' });
    // A program that is still loading has no handler yet: the kernel would drop the signal for process 1.
    for (const id of [stubborn, slow]) {
      await pod.event('log', ({ containerID, line }) => containerID === id && line === AWAKE.line);
    }
    pod.runtime.signalContainer({ containerID: stubborn, signal: 'SIGTERM' });
    pod.runtime.signalContainer({ containerID: slow, signal: 'SIGTERM' });
    expect((await pod.exited(slow)).exitCode).toBe(4);
    pod.runtime.signalContainer({ containerID: stubborn, signal: 'SIGKILL' });
    expect((await pod.exited(stubborn)).exitCode).toBe(137);
  });

  it('tells a termination message, the log and its tail', async () => {
    const end = await pod.toEnd({
      container: 'words',
      image: 'busybox:1.35',
      command: ['sh', '-c', 'echo one; echo two >&2; printf three; echo last words > /tmp/message; exit 7'],
      terminationMessagePath: '/tmp/message',
    });
    expect(end).toMatchObject({ exitCode: 7, terminationMessage: 'last words\n' });
    expect(end.logTail?.split('\n').filter(Boolean).sort()).toEqual(['one', 'three', 'two']);
    expect(await pod.log('two')).toMatchObject({ stream: 'stderr', container: 'words' });
  });

  it('takes environment, working directory, user, entrypoint words and hosts from the command', async () => {
    const end = await pod.toEnd({
      container: 'settings',
      image: 'busybox:1.35',
      command: ['sh', '-c'],
      args: ['echo "$GREETING|$(pwd)|$(id -u):$(id -g)|$(grep -c db.example /etc/hosts)|$(hostname)"'],
      env: [{ name: 'GREETING', value: 'hello world' }],
      workingDir: '/var',
      security: { runAsUser: 1234, runAsGroup: 77, addCapabilities: [], dropCapabilities: [] },
    });
    expect(end.logTail).toBe('hello world|/var|1234:77|1|web\n');
  });

  it('keeps a read-only root and capabilities as asked', async () => {
    const end = await pod.toEnd({
      container: 'locked',
      image: 'busybox:1.35',
      command: ['sh', '-c', 'touch /x; echo $?; chown 5 /mnt/y 2>/dev/null || echo no chown'],
      security: { readOnlyRootFilesystem: true, addCapabilities: [], dropCapabilities: ['CHOWN'] },
      mounts: [{ mountPath: '/mnt', readOnly: false, source: { type: 'emptyDir', volume: 'scratch' } }],
    });
    expect(end.logTail).toContain('no chown');
    expect(end.logTail).toContain('1\n');
  });

  it('shares an emptyDir between containers and restarts; files come with content and mode', async () => {
    const emptyDir = { mountPath: '/data', readOnly: false, source: { type: 'emptyDir' as const, volume: 'shared' } };
    await pod.toEnd({
      container: 'writer',
      image: 'busybox:1.35',
      command: ['sh', '-c', 'echo kept > /data/file'],
      mounts: [emptyDir],
    });
    const config = {
      mountPath: '/etc/app',
      readOnly: true,
      source: {
        type: 'files' as const,
        volume: 'config',
        files: { 'a.conf': new TextEncoder().encode('A=1'), 'sub/b.conf': new TextEncoder().encode('B=2') },
        mode: 0o640,
      },
    };
    const reader = await pod.toEnd({
      container: 'reader',
      image: 'busybox:1.35',
      command: [
        'sh',
        '-c',
        'cat /data/file /etc/app/a.conf /etc/app/sub/b.conf; stat -c %a /etc/app/a.conf; touch /etc/app/c 2>&1 || true',
      ],
      mounts: [emptyDir, config, { ...emptyDir, mountPath: '/only', subPath: 'nested' }],
    });
    expect(reader.logTail).toContain('kept\nA=1B=2640\n');
    expect(reader.logTail).toContain('Read-only file system');
  });

  it('says why a container cannot be created or started', async () => {
    const missing = await pod.create({ container: 'missing', image: 'nosuch.invalid/app:1' });
    expect(missing).toMatchObject({ type: 'container-failed', phase: 'create' });
    const created = await pod.create({ container: 'broken', image: 'busybox:1.35', command: ['/no/such'] });
    if (created.type !== 'container-created') throw new Error(created.message);
    const started = await pod.start(created.containerID);
    expect(started).toMatchObject({ type: 'container-failed', phase: 'start', exitCode: 128 });
    expect(started.type === 'container-failed' && started.message).toMatch(
      /^failed to create containerd task: .*exec: "\/no\/such": stat \/no\/such: no such file or directory/,
    );
  });

  it('kills a process for its memory limit and says so', async () => {
    const end = await pod.toEnd({
      container: 'greedy',
      image: 'busybox:1.35',
      command: ['sh', '-c', 'x=a; while true; do x=$x$x; done'],
      resources: { memoryLimitBytes: 16 << 20 },
    });
    expect(end).toMatchObject({ exitCode: 137, oomKilled: true });
  });

  it('answers for images: present, described, missing, and how a pull fails', async () => {
    pod.runtime.imageStatus({ id: 'i1', image: 'registry.k8s.io/busybox' });
    pod.runtime.imageStatus({ id: 'i2', image: 'example.invalid/app:1' });
    pod.runtime.imageStatus({ id: 'i3', image: 'nosuch.invalid/app:1' });
    pod.runtime.pullImage({ id: 'p1', image: 'nosuch.invalid/app:1' });
    expect(await pod.event('image-status', ({ id }) => id === 'i1')).toMatchObject({ present: true });
    expect(await pod.event('image-status', ({ id }) => id === 'i2')).toMatchObject({ present: true });
    expect(await pod.event('image-status', ({ id }) => id === 'i3')).toMatchObject({ present: false });
    const failed = await pod.event('image-pull-failed');
    expect(failed.message).toMatch(
      /^failed to pull and unpack image "nosuch.invalid\/app:1": failed to resolve reference/,
    );
    expect(await pod.event('notice', ({ code }) => code === 'IMAGE_STAND_IN')).toMatchObject({ level: 'info' });
  });

  it('an image that a step took away is pulled again, or its pull fails as the step says', async () => {
    const image = 'busybox:1.35';
    const status = async (id: string): Promise<boolean> => {
      pod.runtime.imageStatus({ id, image });
      return (await pod.event('image-status', (event) => event.id === id)).present;
    };
    pod.runtime.steer({ target: 'runtime', patch: { image, present: false, fails: 'unauthorized' } });
    expect(await status('gone')).toBe(false);
    pod.runtime.pullImage({ id: 'denied', image });
    expect((await pod.event('image-pull-failed', ({ id }) => id === 'denied')).message).toContain('401 Unauthorized');
    pod.runtime.steer({ target: 'runtime', patch: { image, fails: undefined } });
    pod.runtime.pullImage({ id: 'granted', image });
    expect((await pod.event('image-pulled', ({ id }) => id === 'granted')).sizeBytes).toBeGreaterThan(0);
    expect(await status('back')).toBe(true);
  });

  it('a bad network between kubelet and pod: probes feel it', async () => {
    const probe = (timeoutMs = 5000): Promise<string> =>
      new Promise((resolve) => {
        pod.runtime.transport.tcp({ host: ip, port: 8080, timeoutMs }, (outcome) => resolve(outcome.kind));
      });
    expect(await probe()).toBe('connected');
    pod.runtime.steer({ target: 'network', podUID: 'uid-1', patch: { partition: true } });
    expect(await probe(300)).toBe('failed');
    pod.runtime.steer({ target: 'network', podUID: 'uid-1', patch: { partition: false, latency: 20 } });
    expect(await probe()).toBe('connected');
    pod.runtime.steer({ target: 'network', podUID: 'uid-1', patch: { latency: 0 } });
  });

  it('runs commands: output apart, exit code, deadline, no such command', async () => {
    const box = await pod.up({ container: 'box', image: 'busybox:1.35', command: ['sleep', '600'] });
    expect(await pod.exec(box, ['sh', '-c', 'echo out; echo err >&2; exit 3'])).toMatchObject({
      outcome: 'exited',
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const late = await pod.exec(box, ['sh', '-c', 'echo before; sleep 501; echo after'], 2000);
    expect(late).toMatchObject({ outcome: 'timeout' });
    const processes = await pod.exec(box, ['ps']);
    expect(processes.stdout).toContain('sleep 600');
    expect(processes.stdout).not.toContain('sleep 501');
    const none = await pod.exec(box, ['/no/such'], 5000);
    expect(none.outcome).toBe('error');
    expect(none.stderr).toContain('no such file or directory');
    expect(await pod.exec('0'.repeat(64), ['true'])).toMatchObject({ outcome: 'error' });
  });

  it('ends a command whose container ends', async () => {
    const box = await pod.up({ container: 'short', image: 'busybox:1.35', command: ['sleep', '600'] });
    const command = pod.exec(box, ['sh', '-c', 'touch /begun; exec sleep 500']);
    await expect
      .poll(async () => (await pod.exec(box, ['test', '-e', '/begun'])).exitCode, { timeout: 20_000 })
      .toBe(0);
    pod.runtime.signalContainer({ containerID: box, signal: 'SIGKILL' });
    expect((await command).exitCode).toBe(137);
  });

  it('runs a described command as it is described', async () => {
    const app = await pod.up({ container: 'described', image: 'probelab/app:1' });
    expect(await pod.exec(app, ['pg_isready', '-U', 'x'], 5000)).toMatchObject({ exitCode: 2, stdout: "it's down\n" });
    expect(await pod.exec(app, ['echo', 'real'], 5000)).toMatchObject({ exitCode: 0, stdout: 'real\n' });
  });

  it('says what it cannot steer', async () => {
    await pod.up({ container: 'plain', image: 'busybox:1.35', command: ['sleep', '600'] });
    pod.runtime.steer({ target: 'app', podUID: 'uid-1', container: 'plain', patch: { status: 503 } });
    expect(await pod.event('notice', ({ code }) => code === 'STEP_WITHOUT_PROGRAM')).toMatchObject({ level: 'error' });
    pod.runtime.steer({ target: 'envoy', podUID: 'uid-1', patch: { kill: true } });
    expect(await pod.event('notice', ({ code }) => code === 'STEP_WITHOUT_TARGET')).toMatchObject({ level: 'error' });
    pod.runtime.steer({ target: 'runtime', patch: { nonsense: 1 } });
    expect(await pod.event('notice', ({ code }) => code === 'STEP_UNSUPPORTED')).toMatchObject({ level: 'error' });
  });
});
