import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TestWorld, text } from '../../runtime/virtual/test-world.ts';
import { ProberError, readProbers } from './app-probers.ts';

/** A request to the real pilot-agent, and its answer; gRPC probers are not modelled. */
interface Recorded {
  name: string;
  path: string;
  prober?: string;
  requestHost?: string;
  status: number;
  body: string;
}

const RECORDED = readFileSync(new URL('../../../test/golden/istio/agent.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
  .filter(({ name }) => !name.startsWith('grpc-'));

const PLAIN_ROUTES = [
  ...[200, 201, 299, 400, 401, 404, 418, 500].map((status) => ({
    path: `/s${status}`,
    status,
    body: `body ${status}`,
  })),
  { path: '/redir-same-500', status: 302, headers: { Location: '/s500' } },
  { path: '/loop', status: 302, headers: { Location: '/loop' } },
  { path: '/eof', close: true },
  { path: '/slow', delay: 3000 },
];

it.each(RECORDED)('answers as the real agent was recorded: $name', ({ path, prober, requestHost, status, body }) => {
  const servers = [
    { port: 8080, protocol: 'http' as const, routes: PLAIN_ROUTES },
    { port: 8443, protocol: 'https' as const, routes: PLAIN_ROUTES },
  ];
  const probers = prober?.replace('<plain>', '8080').replace('<tls>', '8443').replace('<closed>', '8081');
  const world = new TestWorld({ apps: { app: { servers } } });
  const ip = world.sandbox();
  world.start({ image: 'example/app:1' });
  const env = probers === undefined ? [] : [{ name: 'ISTIO_KUBE_APP_PROBERS', value: `{"${path}":${probers}}` }];
  world.start({ image: 'istio/proxyv2:1.27.0', container: 'istio-proxy', env });
  world.advance(100);
  const headers = [['Host', requestHost ?? `${ip}:15020`]] as const;
  const outcome = world.http(ip, 15020, path, { timeoutMs: 5000, headers });
  if (outcome.kind !== 'response') throw new Error(outcome.failure.cause);
  expect([outcome.status, text(outcome.body)]).toEqual([status, body]);
});

const APP = {
  servers: [
    {
      port: 8080,
      protocol: 'http' as const,
      routes: [
        { path: '/live', body: 'alive' },
        { path: '/sick', status: 503, body: 'no' },
        { path: '/slow', delay: 3000 },
        { path: '/closes', close: true },
        { path: '/moved', status: 302, headers: { Location: '/sick' } },
        { path: '/loop', status: 302, headers: { Location: '/loop' } },
        { path: '/away', status: 302, headers: { Location: 'https://elsewhere.example/' } },
      ],
    },
  ],
};

/** Asks the agent of a pod whose app is `APP`, by the name of a container whose probe is `prober`. */
function agent(probers: Record<string, object>) {
  const world = new TestWorld({ apps: { app: APP } });
  const ip = world.sandbox();
  world.start({ image: 'example/app:1' });
  world.start({
    image: 'istio/proxyv2:1.27.0',
    container: 'istio-proxy',
    env: [{ name: 'ISTIO_KUBE_APP_PROBERS', value: JSON.stringify(probers) }],
  });
  world.advance(100);
  return (path: string) => {
    const outcome = world.http(ip, 15020, path, { timeoutMs: 5000 });
    return outcome.kind === 'response' ? `${outcome.status} ${text(outcome.body)}` : outcome.failure.cause;
  };
}

const http = (path: string, rest: object = {}) => ({
  '/app-health/web/livez': { httpGet: { path, port: 8080, scheme: 'HTTP', ...rest }, timeoutSeconds: 1 },
});

it.each([
  ['the status and body of the app', http('/live'), '200 alive'],
  ['a failure of the app', http('/sick'), '503 no'],
  ['a path without its slash', http('live'), '200 alive'],
  ['500 for a time-out', http('/slow'), '500 '],
  ['500 for a closed connection', http('/closes'), '500 '],
  ['500 for a closed port', http('/live', { port: 8081 }), '500 '],
  ['500 for TLS where there is none', http('/live', { scheme: 'HTTPS' }), '500 '],
  ['where a redirect leads', http('/moved'), '503 no'],
  ['500 for redirects without an end', http('/loop'), '500 '],
  ['200 for a redirect to another host', http('/away'), '200 '],
  ['200 for an open TCP port', { '/app-health/web/livez': { tcpSocket: { port: 8080 } } }, '200 '],
  ['500 for a closed TCP port', { '/app-health/web/livez': { tcpSocket: { port: 8081 } } }, '500 '],
])('the agent answers with %s', (_what, probers, answer) => {
  expect(agent(probers)('/app-health/web/livez')).toBe(answer);
});

it('answers 400 for a probe that it does not know, 404 for anything else', () => {
  const get = agent(http('/live'));
  expect(get('/app-health/nope/livez')).toBe('400 app prober config does not exists for /app-health/nope/livez');
  expect(get('/foo')).toBe('404 404 page not found\n');
  expect(get('/healthz/ready')).toBe('200 ');
});

it.each([
  ['{"/livez":{"httpGet":{"port":1}}}', /invalid path/],
  ['{"/app-health/a/livez":{}}', 'invalid prober type, must be one of type httpGet, tcpSocket or gRPC'],
  ['{"/app-health/a/livez":{"httpGet":{"port":"web"}}}', /the port must be int type/],
  ['{', /failed to decode app prober/],
])('does not start with %s', (json, message) => {
  expect(() => readProbers(json)).toThrow(ProberError);
  expect(() => readProbers(json)).toThrow(message);
});
