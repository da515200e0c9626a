import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeDocker, ensureImages } from './engine.ts';
import { meshedBookstore } from './meshed-containers.ts';
import { type Answer, get, PodDriver, until } from './pod-driver.ts';

const ok = (answer: Answer | string): boolean => typeof answer !== 'string' && answer.status === 200;

describeDocker('a meshed pod: real iptables, real Envoy', () => {
  let pod: PodDriver;
  let ip: string;
  let init: string;
  let bookstore: string;

  beforeAll(async () => {
    await ensureImages();
    pod = await PodDriver.open({ apps: { bookstore: { servers: [{ port: 14001, protocol: 'http' }] } } });
    ip = await pod.sandbox();
    const specs = meshedBookstore();
    init = await pod.up(specs.init);
    await pod.exited(init);
    bookstore = await pod.up(specs.bookstore);
    await pod.up(specs.healthcheck);
    await pod.up(specs.envoy);
    await until(() => get(ip, 15901, '/osm-liveness-probe'), ok);
  });
  afterAll(() => pod?.dispose());

  it("osm-init's rules go into the pod's own network namespace", async () => {
    expect((await pod.exited(init)).exitCode).toBe(0);
    const listed = await pod.toEnd({
      container: 'look',
      image: 'openservicemesh/init:v1.1.4',
      command: ['iptables-save', '-t', 'nat'],
      security: { addCapabilities: ['NET_ADMIN'], dropCapabilities: [] },
    });
    expect(listed.exitCode).toBe(0);
    expect(pod.events.filter((event) => event.type === 'log' && event.container === 'look')).toContainEqual(
      expect.objectContaining({ line: '-A OSM_PROXY_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15003' }),
    );
  });

  it('the rewritten probe is answered through Envoy', async () => {
    const answer = await get(ip, 15901, '/osm-liveness-probe');
    expect(answer).toMatchObject({ status: 200, headers: { server: 'envoy' } });
    expect((answer as Answer).headers['x-envoy-upstream-service-time']).toMatch(/^\d+$/);
    expect(await get(ip, 15901, '/elsewhere')).toMatchObject({ status: 404, body: '' });
  });

  it('the original port resets plain text, and every closed port connects: the trap', async () => {
    expect(await get(ip, 14001, '/liveness')).toBe('ECONNRESET');
    expect(await get(ip, 9999, '/')).toBe('ECONNRESET');
  });

  it('osm-healthcheck answers for TCP ports', async () => {
    const check = (port: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { 'Original-Tcp-Port': port };
        const outgoing = request(
          { host: ip, port: 15904, path: '/osm-healthcheck', headers, agent: false },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        outgoing.on('error', reject);
        outgoing.end();
      });
    // It began before Envoy, which is not to say that it listens before Envoy does.
    await expect.poll(() => check('14001'), { timeout: 20_000 }).toBe(200);
    expect(await check('1')).toBe(404);
  });

  it('a step that changes the app shows through Envoy; without the app Envoy answers 503', async () => {
    pod.runtime.steer({
      target: 'app',
      podUID: 'uid-1',
      container: 'bookstore',
      patch: { path: '/liveness', status: 500 },
    });
    await until(
      () => get(ip, 15901, '/osm-liveness-probe'),
      (answer) => typeof answer !== 'string' && answer.status === 500,
    );
    expect(await get(ip, 15902, '/osm-readiness-probe')).toMatchObject({ status: 200 });
    pod.runtime.signalContainer({ containerID: bookstore, signal: 'SIGKILL' });
    await pod.exited(bookstore);
    // Of a request on a connection that the app's end closed Envoy has another reason.
    await expect
      .poll(() => get(ip, 15901, '/osm-liveness-probe'), { timeout: 20_000 })
      .toMatchObject({
        status: 503,
        body: 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
      });
  });

  it('Envoy can be killed by a step', async () => {
    pod.runtime.steer({ target: 'envoy', podUID: 'uid-1', patch: { kill: true } });
    expect(await pod.event('container-exited', ({ container }) => container === 'envoy')).toMatchObject({
      exitCode: 137,
    });
    expect(await get(ip, 15901, '/osm-liveness-probe')).toBe('ECONNREFUSED');
  });
});
