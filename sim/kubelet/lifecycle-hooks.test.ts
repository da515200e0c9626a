import { afterEach, describe, expect, it } from 'vitest';
import { EVENTS, PODS } from '../kube/objects.ts';
import { createLab, type Lab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.dispose());

const APP = {
  servers: [
    {
      port: 8080,
      protocol: 'http' as const,
      routes: [
        { path: '/fails', status: 500 },
        { path: '/hangs', hang: true },
        { path: '/loop', status: 302, headers: { location: '/loop' } },
        { path: '/away', status: 302, headers: { location: 'http://elsewhere.example/' } },
        { path: '/there', status: 302, headers: { location: '/fails' } },
      ],
    },
  ],
};

/** A pod whose container has these hooks, ten seconds after it was applied. */
async function podWith(lifecycle: Record<string, unknown>, spec: Record<string, unknown> = {}): Promise<void> {
  lab = await createLab({ apps: { app: APP } });
  lab.start();
  const ports = [{ name: 'web', containerPort: 8080 }];
  const containers = [{ name: 'app', image: 'registry.local/app:1', ports, lifecycle }];
  const metadata = { name: 'web', namespace: 'default' };
  lab.apply([{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } } as never]);
  await lab.advance(10_000);
}

function state() {
  return lab.store.get(PODS, 'default', 'web')?.status.containerStatuses?.[0]?.state ?? {};
}

function told(): string[] {
  return lab.store.list(EVENTS, 'default').map(({ reason, message }) => `${reason}: ${message}`);
}

function waitingMessage(): string {
  const uid = lab.store.get(PODS, 'default', 'web')?.metadata.uid ?? '';
  const seen = lab.history.facts.flatMap((fact) => {
    if (fact.kind !== 'object' || fact.object.kind !== 'Pod') return [];
    const pod = fact.object as unknown as {
      status: { containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[] };
    };
    const waiting = pod.status.containerStatuses?.[0]?.state?.waiting;
    return waiting?.reason === 'PostStartHookError' ? [waiting.message ?? ''] : [];
  });
  return (seen[0] ?? '').replaceAll(uid, 'UID');
}

describe('an httpGet hook', () => {
  it.each(['/fails', '/there', '/away', 'fails'])('is content with any answer: %s', async (path) => {
    await podWith({ postStart: { httpGet: { path, port: 'web' } } });
    expect(state()).toHaveProperty('running');
    expect(told()).not.toContain('FailedPostStartHook: PostStartHook failed');
  });

  it('stops after ten redirects, and says so in the status of the container', async () => {
    await podWith({ postStart: { httpGet: { path: '/loop', port: 8080 } } });
    expect(told()).toContain('FailedPostStartHook: PostStartHook failed');
    expect(told()).toContain('Killing: FailedPostStartHook');
    expect(waitingMessage()).toBe(
      'HTTP lifecycle hook (/loop) for Container "app" in Pod "web_default(UID)" failed - error: Get "/loop": stopped after 10 redirects',
    );
  });

  it('fails where nobody listens or no port has that name', async () => {
    await podWith({ postStart: { httpGet: { path: '/', port: 9 } } });
    expect(waitingMessage()).toMatch(
      / failed - error: Get "http:\/\/10\.244\.0\.\d+:9\/": dial tcp 10\.244\.0\.\d+:9: connect: connection refused$/,
    );
    await lab.dispose();
    await podWith({ postStart: { httpGet: { path: '/', port: 'nobody' } } });
    expect(waitingMessage()).toMatch(/ failed - error: strconv\.Atoi: parsing "nobody": invalid syntax$/);
  });

  it('tries plain HTTP where an HTTPS request meets it, and tells of that', async () => {
    await podWith({ postStart: { httpGet: { path: '/', port: 8080, scheme: 'HTTPS' } } });
    expect(state()).toHaveProperty('running');
    expect(told()).toContainEqual(
      expect.stringMatching(
        /^LifecycleHTTPFallback: request to HTTPS lifecycle hook 10\.244\.0\.\d+:8080 got HTTP response, retry with HTTP succeeded$/,
      ),
    );
  });

  it('has no time limit after a start', async () => {
    await podWith({ postStart: { httpGet: { path: '/hangs', port: 8080 } } });
    await lab.advance(3_600_000);
    expect(state()).toHaveProperty('waiting.reason', 'ContainerCreating');
  });

  it('has the grace period before a stop', async () => {
    await podWith({ preStop: { httpGet: { path: '/hangs', port: 8080 } } }, { terminationGracePeriodSeconds: 7 });
    const at = lab.clock.now();
    lab.store.delete(PODS, 'default', 'web');
    await lab.advance(20_000);
    const term = lab.history.facts.find((fact) => fact.kind === 'container' && fact.op === 'signalled');
    expect((term?.at ?? 0) - at).toBeGreaterThanOrEqual(7000);
    expect((term?.at ?? 0) - at).toBeLessThan(7100);
  });
});

describe('other hooks', () => {
  it('an exec hook says what its command came to', async () => {
    await podWith({ postStart: { exec: { command: ['sh', '-c', 'echo "no"; exit 3'] } } });
    expect(waitingMessage()).toBe(
      'Exec lifecycle hook ([sh -c echo "no"; exit 3]) for Container "app" in Pod "web_default(UID)" failed - error: ' +
        'command \'sh -c echo "no"; exit 3\' exited with 3: , message: "no\\n"',
    );
  });

  it('a tcpSocket hook cannot be run', async () => {
    await podWith({ postStart: { tcpSocket: { port: 8080 } } });
    expect(waitingMessage()).toMatch(/^Cannot run handler: invalid handler/);
  });

  it('a sleep before a stop goes on when the container ends meanwhile', async () => {
    await podWith({ preStop: { sleep: { seconds: 10 } } });
    const uid = lab.store.get(PODS, 'default', 'web')?.metadata.uid ?? '';
    const at = lab.clock.now();
    lab.store.delete(PODS, 'default', 'web');
    await lab.advance(2000);
    lab.kubelet.runtime.signal(lab.kubelet.runtime.pod(uid).containers[0]?.containerID ?? '', 'SIGKILL', 'outside');
    await lab.advance(7000);
    expect(lab.store.get(PODS, 'default', 'web')).toBeDefined();
    await lab.advance(5000);
    expect(lab.store.get(PODS, 'default', 'web')).toBeUndefined();
    const exited = lab.history.facts.find((fact) => fact.kind === 'container' && fact.op === 'exited');
    expect((exited?.at ?? 0) - at).toBeLessThan(2500);
  });
});
