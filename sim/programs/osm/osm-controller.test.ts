import { describe, expect, it } from 'vitest';
import { TestWorld, text } from '../../runtime/virtual/test-world.ts';

function controller(args: string[] = []) {
  const world = new TestWorld();
  const ip = world.sandbox();
  world.start({ image: 'openservicemesh/osm-controller:v1.1.4', command: ['/osm-controller'], args, container: 'c' });
  const steer = (patch: Record<string, unknown>) =>
    world.runtime.steer({ target: 'app', podUID: 'pod', container: 'c', patch });
  const get = (path: string, port = 9091, scheme: 'http' | 'https' = 'http') => {
    const outcome = world.http(ip, port, path, { scheme });
    return outcome.kind === 'response' ? `${outcome.status} ${text(outcome.body)}` : outcome.failure.cause;
  };
  const log = () => world.of('log').map(({ line }) => JSON.parse(line) as Record<string, string>);
  return { world, ip, steer, get, log };
}

describe('osm-controller', () => {
  it('is alive and ready with all of its ports open', () => {
    const { world, ip, get, log } = controller();
    expect(get('/health/alive')).toBe('200 Service is alive');
    expect(get('/health/ready')).toBe('200 Service is ready');
    expect(get('/healthz', 9093, 'https')).toBe('200 Health OK');
    expect(get('/health')).toBe('404 404 page not found\n');
    expect(world.tcp(ip, 15128).kind).toBe('connected');
    expect(world.tcp(ip, 9092).kind).toBe('failed');
    expect(log()).toEqual([]);
  });

  it('opens and closes the debug server as it is told', () => {
    const { world, ip, steer } = controller();
    steer({ debugServer: true });
    expect(world.tcp(ip, 9092).kind).toBe('connected');
    steer({ debugServer: false });
    expect(world.tcp(ip, 9092).kind).toBe('failed');
  });

  it('is not ready, but alive, without its ADS server', () => {
    const { steer, get } = controller();
    steer({ server: 15128, listening: false });
    expect(get('/health/ready')).toBe('503 Readiness probe for ADS indicates it is not ready');
    expect(get('/health/alive')).toBe('200 Service is alive');
    steer({ server: 15128, listening: true });
    expect(get('/health/ready')).toBe('200 Service is ready');
  });

  it('is neither alive nor ready without an SMI kind, and says which at error level', () => {
    const { steer, get, log } = controller();
    steer({ discoverable: ['HTTPRouteGroup', 'TrafficSplit', 'TrafficTarget'] });
    expect(get('/health/alive')).toBe('503 Liveness probe for SMI indicates it is not alive');
    expect(get('/health/ready')).toBe('503 Readiness probe for SMI indicates it is not ready');
    steer({ discoverable: ['HTTPRouteGroup', 'TCPRoute', 'TrafficSplit'] });
    get('/health/alive');
    expect(log().filter(({ level }) => level === 'error')).toMatchObject([
      {
        component: 'mesh-spec',
        error: 'missing SMI CRDs',
        message: 'SMI API for Kind=TCPRoute, GroupVersion=specs.smi-spec.io/v1alpha4 is not available',
      },
      { message: 'SMI API for Kind=TCPRoute, GroupVersion=specs.smi-spec.io/v1alpha4 is not available' },
      {
        error: 'the server could not find the requested resource',
        message: 'Error getting resources for groupVersion access.smi-spec.io/v1alpha3',
      },
    ]);
  });

  it('asks its validator: no answer is a 503, another code goes through', () => {
    const { steer, get } = controller();
    const url = 'https://127.0.0.1:9093/healthz';
    steer({ server: 9093, path: '/healthz', status: 418 });
    expect(get('/health/alive')).toBe(`418 Liveness probe failed for URL ${url}: %!s(<nil>)`);
    steer({ server: 9093, listening: false });
    expect(get('/health/ready')).toBe(
      `503 Readiness probe failed for URL ${url}: Get "${url}": dial tcp 127.0.0.1:9093: connect: connection refused`,
    );
    steer({ server: 9093, listening: true, path: '/healthz', status: 200 });
    expect(get('/health/ready')).toBe('200 Service is ready');
  });

  it.each([
    [
      { reset: true },
      /^503 .*: Get ".*": read tcp 127\.0\.0\.1:\d+->127\.0\.0\.1:9093: read: connection reset by peer$/,
    ],
    [{ close: true }, /^503 .*: Get ".*": EOF$/],
  ])('words what happens at its validator as Go does: %j', (behaviour, answer) => {
    const { steer, get } = controller();
    steer({ server: 9093, path: '/healthz', ...behaviour });
    expect(get('/health/alive')).toMatch(answer);
  });

  it('answers nothing while its validator hangs', () => {
    const { steer, get } = controller();
    steer({ server: 9093, path: '/healthz', hang: true });
    expect(get('/health/alive')).toBe('timeout');
  });

  it('answers what a step says, until the step is taken back', () => {
    const { steer, get } = controller();
    steer({ server: 9091, path: '/health/alive', status: 503, body: 'no' });
    expect(get('/health/alive')).toBe('503 no');
    expect(get('/health/ready')).toBe('200 Service is ready');
    steer({ server: 9091, path: '/health/alive', status: 200 });
    expect(get('/health/alive')).toBe('200 Service is alive');
  });

  it('logs only what its verbosity lets through, and ends on one it does not know', () => {
    const quiet = controller(['--verbosity', 'error']);
    quiet.steer({ server: 15128, listening: false });
    quiet.get('/health/ready');
    expect(quiet.log()).toEqual([]);
    const wrong = controller(['--verbosity=loud']);
    wrong.world.advance(100);
    expect(wrong.log()).toMatchObject([
      { level: 'fatal', message: expect.stringContaining("Invalid log level 'loud'") },
    ]);
    expect(wrong.world.of('container-exited')).toMatchObject([{ exitCode: 1 }]);
  });

  it('ends at once on SIGTERM', () => {
    const { world } = controller();
    const containerID = world.of('container-created')[0]?.containerID ?? '';
    world.runtime.signalContainer({ containerID, signal: 'SIGTERM' });
    world.advance(1000);
    expect(world.of('container-exited')).toMatchObject([{ exitCode: 0 }]);
  });
});
