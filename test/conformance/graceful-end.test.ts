import { expect, it } from 'vitest';
import { describedApp } from '../../sim/programs/app/described-app.ts';
import type { ClientOutcome, ProgramHost } from '../../sim/programs/host.ts';
import { createReplayServer } from './nacos/replay-server.ts';

it('closes its port, answers what is in progress, then leaves the registry', () => {
  const server = createReplayServer({ version: '2.2' });
  const log: string[] = [];
  let term = () => {};
  const { host } = server;
  const app = {
    clock: host.clock,
    env: {},
    args: [],
    podIP: '10.244.0.2',
    listenHttp: host.listenHttp.bind(host),
    dialTcp: host.dialTcp.bind(host),
    write: (_: string, text: string) =>
      log.push(text.trim() === '' ? '' : `${Math.round(host.clock.now())} ${text.trim()}`),
    onSignal: (_: string, handler: () => void) => {
      term = handler;
    },
    onSteer: () => {},
    exit: (code: number) => log.push(`${Math.round(host.clock.now())} exit ${code}`),
  } as unknown as ProgramHost;
  describedApp({
    servers: [{ port: 7083, protocol: 'http', routes: [{ path: '/slow', status: 200, delay: 4000 }] }],
    registry: { server: '127.0.0.1:8848', service: 'orders', port: 7083 },
    termination: { graceful: true },
  })(app);
  server.clock.runUntil(server.clock.now() + 3000);
  const outcomes: string[] = [];
  const get = (name: string) =>
    host.request(
      { scheme: 'http', method: 'GET', host: '127.0.0.1', port: 7083, target: '/slow' },
      (outcome: ClientOutcome) =>
        outcomes.push(`${name} ${outcome.kind === 'response' ? outcome.status : outcome.cause}`),
    );
  get('before');
  server.clock.runUntil(server.clock.now() + 1000);
  log.length = 0;
  const at = server.clock.now();
  term();
  server.clock.runUntil(at + 100);
  get('after');
  server.clock.runUntil(at + 5000);
  expect(outcomes).toEqual(['after refused', 'before 200']);
  expect(log.map((line) => line.replace(/^\d+ /, ''))).toEqual([
    'probelab closed 10.244.0.2:7083',
    'deregistered orders',
    'exit 0',
  ]);
  const [closed = '', deregistered = ''] = log;
  expect(Number(closed.split(' ')[0]) - at).toBeLessThan(100);
  expect(Number(deregistered.split(' ')[0]) - at).toBeGreaterThanOrEqual(2990);
});
