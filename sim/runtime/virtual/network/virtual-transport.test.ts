import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../programs/app/description.ts';
import { TestWorld, text } from '../test-world.ts';

function serving(app: AppDescription): { world: TestWorld; ip: string } {
  const world = new TestWorld({ apps: { app } });
  const ip = world.sandbox();
  world.start({ image: 'example/app:1' });
  return { world, ip };
}

function http(...routes: NonNullable<NonNullable<AppDescription['servers']>[number]['routes']>): AppDescription {
  return { servers: [{ port: 80, protocol: 'http', routes }] };
}

describe('HTTP probes of a described app', () => {
  it('gets the described answer, no earlier than one millisecond', () => {
    const { world, ip } = serving(http({ path: '/healthz', status: 418, body: 'teapot', headers: { 'X-A': 'b' } }));
    const outcome = world.http(ip, 80, '/healthz?verbose');
    expect(outcome).toMatchObject({
      kind: 'response',
      status: 418,
      bodyEnd: 'complete',
      protocol: 'HTTP/1.1',
      took: 1,
    });
    if (outcome.kind !== 'response') throw new Error('no response');
    expect(text(outcome.body)).toBe('teapot');
    expect(outcome.headers).toContainEqual(['X-A', 'b']);
  });

  it('announces to HEAD the body that GET gets, and sends none', () => {
    const { world, ip } = serving(http({ path: '/healthz', body: 'teapot' }));
    const outcome = world.http(ip, 80, '/healthz', { method: 'HEAD' });
    if (outcome.kind !== 'response') throw new Error('no response');
    expect(text(outcome.body)).toBe('');
    expect(outcome.headers).toContainEqual(['Content-Length', '6']);
  });

  it('answers 404 for a path that is not described, 200 for every path without routes', () => {
    expect(serving(http({ path: '/a' })).world.http('10.244.0.2', 80, '/b')).toMatchObject({ status: 404 });
    expect(serving({ servers: [{ port: 80, protocol: 'http' }] }).world.http('10.244.0.2', 80, '/b')).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['delays', { delay: 300 }, { kind: 'response', status: 200, took: 301 }],
    ['hangs', { hang: true }, { kind: 'failed', failure: { phase: 'exchange', cause: 'timeout' }, took: 1000 }],
    ['answers too late', { delay: 999 }, { kind: 'failed', failure: { cause: 'timeout' }, took: 1000 }],
    ['resets', { reset: true }, { kind: 'failed', failure: { phase: 'exchange', cause: 'reset' } }],
    ['closes', { close: true }, { kind: 'failed', failure: { phase: 'exchange', cause: 'eof' } }],
    ['truncates', { truncate: true }, { kind: 'response', bodyEnd: 'short' }],
  ])('%s as described', (_what, behaviour, expected) => {
    const { world, ip } = serving(http({ path: '/', ...behaviour }));
    expect(world.http(ip, 80)).toMatchObject(expected);
  });

  it('refuses until the app listens, and after it has closed', () => {
    const { world, ip } = serving({
      servers: [{ port: 80, protocol: 'http', startup: 500, listening: [{ until: 2000 }] }],
    });
    const refused = { kind: 'failed', failure: { phase: 'dial', cause: 'refused', remote: `${ip}:80` } };
    expect(world.http(ip, 80)).toMatchObject(refused);
    world.advance(500);
    expect(world.http(ip, 80)).toMatchObject({ status: 200 });
    world.advance(1500);
    expect(world.http(ip, 80)).toMatchObject(refused);
  });

  it('lets the last window that holds win', () => {
    const { world, ip } = serving(
      http({
        path: '/',
        windows: [
          { from: 1000, status: 500 },
          { from: 2000, until: 3000, status: 503 },
        ],
      }),
    );
    const statuses = [0, 1, 1, 1].map((seconds) => {
      world.advance(seconds * 1000);
      const outcome = world.http(ip, 80);
      return outcome.kind === 'response' ? outcome.status : 0;
    });
    expect(statuses).toEqual([200, 500, 503, 500]);
  });

  it('is not reachable at 127.0.0.1 from the node', () => {
    const { world, ip } = serving({ servers: [{ port: 80, protocol: 'http', address: '127.0.0.1' }] });
    expect(world.http(ip, 80)).toMatchObject({ failure: { cause: 'refused' } });
    expect(world.http('127.0.0.1', 80)).toMatchObject({ failure: { cause: 'refused' } });
  });

  it('ends a request with EOF when the process dies', () => {
    const { world, ip } = serving({ ...http({ path: '/', hang: true }), exit: { after: 200, code: 1 } });
    expect(world.http(ip, 80)).toMatchObject({ failure: { phase: 'exchange', cause: 'eof' } });
  });
});

describe('protocols that do not fit', () => {
  const { world, ip } = serving({
    servers: [
      { port: 80, protocol: 'http' },
      { port: 443, protocol: 'https' },
      { port: 9000, protocol: 'tcp' },
      { port: 9001, protocol: 'tcp', connection: 'close' },
      { port: 9002, protocol: 'tcp', connection: 'reset' },
      { port: 50051, protocol: 'grpc' },
    ],
  });

  it.each([
    ['http', 443, { status: 400 }],
    ['https', 443, { status: 200, protocol: 'HTTP/2.0' }],
    ['https', 80, { failure: { phase: 'tls', cause: 'http-to-https' } }],
    ['http', 9000, { failure: { phase: 'exchange', cause: 'timeout' } }],
    ['https', 9000, { failure: { cause: 'timeout' } }],
    ['http', 9001, { failure: { cause: 'eof' } }],
    ['http', 9002, { failure: { cause: 'reset' } }],
    [
      'http',
      50051,
      {
        failure: {
          cause: 'malformed',
          detail: expect.stringContaining('malformed HTTP response "\\x00\\x00\\x06\\x04'),
        },
      },
    ],
    ['https', 50051, { failure: { phase: 'tls', detail: 'tls: first record does not look like a TLS handshake' } }],
  ] as const)('%s at port %i', (scheme, port, expected) => {
    expect(world.http(ip, port, '/', { scheme })).toMatchObject(expected);
  });

  it('connects to every port that listens and is refused elsewhere', () => {
    for (const port of [80, 443, 9000, 9001, 9002, 50051])
      expect(world.tcp(ip, port)).toMatchObject({ kind: 'connected' });
    expect(world.tcp(ip, 9003)).toMatchObject({ failure: { phase: 'dial', cause: 'refused' } });
  });

  it.each([80, 443, 9000, 9999])('gRPC at port %i fails only at its deadline', (port) => {
    expect(world.grpc(ip, port)).toEqual({ kind: 'connect-timeout', took: 1000 });
  });

  it.each([
    [900, 2000, { kind: 'response', status: 'SERVING' }],
    [1100, 2000, { kind: 'connect-timeout', took: 2000 }],
    [1100, 4000, { kind: 'response', status: 'SERVING' }],
  ])('gRPC dials a port anew that opens at %i ms, with %i ms for all', (startup, timeoutMs, expected) => {
    const late = serving({ servers: [{ port: 50051, protocol: 'grpc', startup }] });
    expect(late.world.grpc(late.ip, 50051, '', timeoutMs)).toMatchObject(expected);
  });
});

describe('gRPC health', () => {
  const { world, ip } = serving({
    servers: [
      {
        port: 50051,
        protocol: 'grpc',
        health: {
          '': {},
          down: { status: 'NOT_SERVING' },
          none: { code: 'Unimplemented', message: 'unknown service' },
          hung: { hang: true },
          slow: { delay: 200 },
        },
      },
    ],
  });

  it.each([
    ['', { kind: 'response', status: 'SERVING' }],
    ['down', { kind: 'response', status: 'NOT_SERVING' }],
    ['none', { kind: 'status', code: 'Unimplemented', message: 'unknown service' }],
    ['nobody', { kind: 'status', code: 'NotFound', message: 'unknown service' }],
    ['hung', { kind: 'rpc-timeout', took: 1000 }],
    ['slow', { kind: 'response', status: 'SERVING', took: 201 }],
  ])('of service "%s"', (service, expected) => {
    expect(world.grpc(ip, 50051, service)).toMatchObject(expected);
  });
});

describe('the network', () => {
  it('finds no host under a name nobody has, and none at an address nobody has', () => {
    const world = new TestWorld();
    expect(world.http('nosuch.invalid', 80)).toMatchObject({ failure: { phase: 'lookup', cause: 'no-such-host' } });
    expect(world.http('10.244.0.99', 80)).toMatchObject({ failure: { phase: 'dial', cause: 'timeout' }, took: 1000 });
    expect(world.tcp('10.244.0.99', 80, 5000)).toMatchObject({ failure: { cause: 'unreachable' }, took: 3060 });
  });

  it('has the faults that a scenario gives it', () => {
    const { world, ip } = serving({ servers: [{ port: 80, protocol: 'http' }] });
    const network = (patch: Record<string, unknown>) =>
      world.runtime.steer({ target: 'network', podUID: 'pod', patch });
    network({ latency: 40 });
    expect(world.http(ip, 80)).toMatchObject({ status: 200, took: 41 });
    network({ latency: 0, partition: true });
    expect(world.http(ip, 80)).toMatchObject({ failure: { phase: 'dial', cause: 'timeout' }, took: 1000 });
    network({ partition: false, loss: 1 });
    expect(world.tcp(ip, 80)).toMatchObject({ kind: 'failed' });
    network({ loss: 0 });
    expect(world.http(ip, 80)).toMatchObject({ status: 200 });
  });

  it('carries requests from one pod to another', () => {
    const { world, ip } = serving({
      servers: [{ port: 80, protocol: 'http', routes: [{ path: '/', body: 'hello\n' }] }],
    });
    world.sandbox('other');
    const client = world.start({ podUID: 'other', image: 'busybox', args: ['sleep', '600'] });
    expect(world.sh(client, `wget -q -O- http://${ip}/`)).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(world.sh(client, `wget -q -O- http://${ip}:81/`)).toMatchObject({
      code: 1,
      stderr: `wget: can't connect to remote host (${ip}): Connection refused\n`,
    });
  });
});
