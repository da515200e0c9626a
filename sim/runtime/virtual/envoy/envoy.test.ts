import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../programs/app/description.ts';
import { TestWorld, text } from '../test-world.ts';

function golden<T>(file: string): T[] {
  const lines = readFileSync(new URL(`../../../../test/golden/osm/${file}`, import.meta.url), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

const observed = golden<{ name: string; bootstrap: object }>('envoy-observed.jsonl');
const HTTP = observed.find(({ name }) => name === 'app-resets')?.bootstrap;
const HTTPS = observed.find(({ name }) => name === 'https-app-plain')?.bootstrap;
const RULES = golden<{ script: string }>('iptables-v1.1.jsonl')[0]?.script ?? '';

/** A pod as OSM makes it: osm-init, the app, osm-healthcheck, Envoy. The probed port is 14001. */
function meshed(
  app: AppDescription,
  options: { bootstrap?: unknown; wait?: number; podUID?: string; world?: TestWorld } = {},
) {
  const { podUID = 'pod', bootstrap = HTTP } = options;
  const world = options.world ?? new TestWorld({ apps: { app } });
  const ip = world.sandbox(podUID);
  const init = {
    image: 'openservicemesh/init:v1.1.4',
    container: 'osm-init',
    role: 'init' as const,
    command: ['/bin/sh'],
    args: ['-c', RULES],
  };
  world.start({ ...init, podUID, security: { runAsUser: 0, addCapabilities: ['NET_ADMIN'], dropCapabilities: [] } });
  world.start({ podUID, image: 'example/app:1' });
  world.start({ podUID, image: 'openservicemesh/osm-healthcheck:v1.1.4', container: 'osm-healthcheck' });
  world.start({
    podUID,
    image: 'envoyproxy/envoy-alpine:v1.19.3',
    container: 'envoy',
    command: ['envoy'],
    args: ['--log-level', 'error', '--config-path', '/etc/envoy/bootstrap.yaml', '--service-cluster', 'app.'],
    security: { runAsUser: 1500, addCapabilities: [], dropCapabilities: [] },
    mounts: [
      {
        mountPath: '/etc/envoy',
        readOnly: true,
        source: {
          type: 'files',
          volume: 'envoy',
          mode: 420,
          files: { 'bootstrap.yaml': new TextEncoder().encode(JSON.stringify(bootstrap)) },
        },
      },
    ],
  });
  world.advance(options.wait ?? 300);
  return { world, ip };
}

const serving = (...routes: NonNullable<NonNullable<AppDescription['servers']>[number]['routes']>): AppDescription => ({
  servers: [{ port: 14001, protocol: 'http', ...(routes.length > 0 ? { routes } : {}) }],
});
const PROBE = '/osm-liveness-probe';

describe('a probe through Envoy', () => {
  it('reaches the app at its own path, and says that Envoy was there', () => {
    const { world, ip } = meshed(serving({ path: '/liveness', body: 'alive' }));
    const outcome = world.http(ip, 15901, PROBE);
    expect(outcome).toMatchObject({ status: 200, took: 2 });
    if (outcome.kind !== 'response') throw new Error('no response');
    expect(text(outcome.body)).toBe('alive');
    expect(outcome.headers).toContainEqual(['server', 'envoy']);
    expect(outcome.headers).toContainEqual(['x-envoy-upstream-service-time', '1']);
  });

  it('is refused for the first 100 ms', () => {
    const { world, ip } = meshed(serving(), { wait: 0 });
    expect(world.http(ip, 15901, PROBE)).toMatchObject({ failure: { phase: 'dial', cause: 'refused' } });
    world.advance(100);
    expect(world.http(ip, 15901, PROBE)).toMatchObject({ status: 200 });
  });

  // The rows of the observations that the recording does not hold.
  it.each([
    ['a longer path', serving({ path: '/livenessXYZ' }), `${PROBE}XYZ`, { status: 200 }, '', '-'],
    ['a query', serving({ path: '/liveness' }), `${PROBE}?q=1`, { status: 200 }, 'ok', '-'],
    ['a path without a route', serving(), '/', { status: 404 }, '', 'NR'],
    [
      'an app that answers 500',
      serving({ path: '/liveness', status: 500, body: 'no' }),
      PROBE,
      { status: 500 },
      'no',
      '-',
    ],
    [
      'an app that redirects',
      serving({ path: '/liveness', status: 302, headers: { Location: '/login' }, body: '' }),
      PROBE,
      { status: 302 },
      '',
      '-',
    ],
    [
      'a closed port',
      {},
      PROBE,
      { status: 503 },
      'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
      'UF',
    ],
    [
      'an app that speaks TLS',
      { servers: [{ port: 14001, protocol: 'https' as const }] },
      PROBE,
      { status: 400 },
      'Client sent an HTTP request to an HTTPS server.\n',
      '-',
    ],
    [
      'an app that closes',
      serving({ path: '/liveness', close: true }),
      PROBE,
      { status: 503 },
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
      'UC',
    ],
    [
      'a gRPC server',
      { servers: [{ port: 14001, protocol: 'grpc' as const }] },
      PROBE,
      { status: 502 },
      'upstream connect error or disconnect/reset before headers. reset reason: protocol error',
      'UPE',
    ],
  ])('with %s', (_what, app, path, expected, body, flags) => {
    const { world, ip } = meshed(app);
    const outcome = world.http(ip, 15901, path);
    expect(outcome).toMatchObject(expected);
    if (outcome.kind === 'response' && body !== '') expect(text(outcome.body)).toBe(body);
    const [line = '{}'] = world.of('log').flatMap((event) => (event.container === 'envoy' ? [event.line] : []));
    expect(JSON.parse(line)).toMatchObject({ response_flags: flags, path });
  });

  it('that hangs ends with 504 or the client’s own deadline', () => {
    const { world, ip } = meshed(serving({ path: '/liveness', hang: true }));
    const kinds = Array.from({ length: 20 }, () => world.http(ip, 15901, PROBE).kind);
    expect(new Set(kinds)).toEqual(new Set(['response', 'failed']));
    expect(world.http(ip, 15901, PROBE, { timeoutMs: 5000 })).toMatchObject({ status: 504 });
  });

  it('over HTTPS meets an HTTP listener', () => {
    const { world, ip } = meshed(serving());
    expect(world.http(ip, 15901, PROBE, { scheme: 'https' })).toMatchObject({
      failure: { phase: 'tls', cause: 'http-to-https' },
    });
  });
});

describe('an HTTPS probe through tcp_proxy', () => {
  it('reaches the app’s own TLS', () => {
    const { world, ip } = meshed({ servers: [{ port: 14001, protocol: 'https' }] }, { bootstrap: HTTPS });
    expect(world.http(ip, 15901, '/liveness', { scheme: 'https' })).toMatchObject({
      status: 200,
      protocol: 'HTTP/2.0',
    });
    expect(world.http(ip, 15901, '/liveness')).toMatchObject({ status: 400 });
  });

  it('to a closed port never has a status', () => {
    const { world, ip } = meshed({}, { bootstrap: HTTPS });
    const causes = Array.from({ length: 20 }, () => {
      const outcome = world.http(ip, 15901, '/liveness', { scheme: 'https' });
      return outcome.kind === 'failed' ? outcome.failure.cause : outcome.status;
    });
    expect(new Set(causes)).toEqual(new Set(['eof', 'reset']));
  });
});

describe('a meshed pod', () => {
  const { world, ip } = meshed(serving());

  it('connects at any closed port: the trap of TCP probes that were not rewritten', () => {
    for (const port of [1, 4444, 14001, 65535]) expect(world.tcp(ip, port)).toMatchObject({ kind: 'connected' });
  });

  it('resets plain HTTP at the app’s port, and HTTPS without the mesh’s certificate', () => {
    const reset = {
      failure: { cause: 'reset', remote: `${ip}:14001`, local: expect.stringMatching(/^10\.244\.0\.1:\d+$/) },
    };
    expect(world.http(ip, 14001, '/liveness')).toMatchObject(reset);
    expect(world.http(ip, 14001, '/liveness', { scheme: 'https' })).toMatchObject(reset);
    expect(world.grpc(ip, 14001)).toMatchObject({ kind: 'connect-timeout' });
  });

  it('keeps Envoy’s admin to itself', () => {
    expect(world.http(ip, 15000, '/ready')).toMatchObject({ failure: { cause: 'reset' } });
  });

  it.each([
    ['14001', 200, 'Successfully established connection to 127.0.0.1:14001'],
    ['9', 404, 'Failed to establish connection to 127.0.0.1:9'],
  ])('has its port %s checked by osm-healthcheck', (port, status, body) => {
    const outcome = world.http(ip, 15904, '/osm-healthcheck', { headers: [['Original-Tcp-Port', port]] });
    expect(outcome).toMatchObject({ status });
    if (outcome.kind === 'response') expect(text(outcome.body)).toBe(body);
  });

  it('refuses connections when Envoy is gone, and stalls when it is frozen', () => {
    const { world, ip } = meshed(serving());
    world.runtime.steer({ target: 'envoy', podUID: 'pod', patch: { pause: true } });
    expect(world.http(ip, 15901, PROBE)).toMatchObject({ failure: { cause: 'timeout' } });
    world.runtime.steer({ target: 'envoy', podUID: 'pod', patch: { pause: false, slow: 50 } });
    world.runtime.steer({ target: 'envoy', podUID: 'pod', patch: { slow: 50 } });
    expect(world.http(ip, 15901, PROBE)).toMatchObject({ status: 200, took: 52 });
    world.runtime.steer({ target: 'envoy', podUID: 'pod', patch: { kill: true } });
    expect(world.http(ip, 15901, PROBE)).toMatchObject({ failure: { cause: 'refused' } });
    expect(world.tcp(ip, 14001)).toMatchObject({ kind: 'failed' });
  });

  it('is reached by another meshed pod, not by one outside of the mesh', () => {
    const { world, ip } = meshed(serving({ path: '/', body: 'books\n' }));
    meshed({}, { world, podUID: 'other' });
    const inside = world.start({ podUID: 'other', image: 'busybox', container: 'client', args: ['sleep', '600'] });
    expect(world.sh(inside, `wget -q -O- http://${ip}:14001/`)).toMatchObject({ code: 0, stdout: 'books\n' });
    world.sandbox('outside');
    const outside = world.start({ podUID: 'outside', image: 'busybox', container: 'client', args: ['sleep', '600'] });
    expect(world.sh(outside, `wget -q -O- http://${ip}:14001/`)).toMatchObject({ code: 1 });
  });
});

describe('a bootstrap that cannot be used', () => {
  it.each([
    [undefined],
    [{ static_resources: { listeners: [{ address: {}, filter_chains: [{ filters: [{ name: 'nosuch' }] }] }] } }],
  ])('ends Envoy with a message', (bootstrap) => {
    const { world } = meshed({}, { bootstrap: bootstrap ?? null });
    expect(world.of('container-exited').find(({ container }) => container === 'envoy')).toMatchObject({ exitCode: 1 });
    expect(world.of('log').some(({ line }) => line.includes('[critical][main] error initializing configuration'))).toBe(
      true,
    );
  });
});
