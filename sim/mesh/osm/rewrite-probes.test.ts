import { expect, test } from 'vitest';
import type { Container } from '../../kube/objects.ts';
import { OSM_PROFILES, type OsmVersion } from './profiles.ts';
import { effectiveProbes, rewriteProbes } from './rewrite-probes.ts';

function rewritten(containers: Container[], version: OsmVersion = '1.1') {
  const unknown: unknown[] = [];
  const originals = rewriteProbes(containers, OSM_PROFILES[version], (_container, port) => unknown.push(port));
  return { containers, unknown, effective: effectiveProbes(originals, OSM_PROFILES[version]) };
}

test('HTTP: port and path; HTTPS: the port only; exec stays', () => {
  const { containers } = rewritten([
    {
      name: 'bookstore',
      livenessProbe: { httpGet: { path: '/liveness', port: 14001, scheme: 'HTTP' }, periodSeconds: 3 },
      readinessProbe: { httpGet: { path: '/ready', port: 14001, scheme: 'HTTPS' } },
      startupProbe: { exec: { command: ['true'] } },
    },
  ]);
  expect(containers[0]).toEqual({
    name: 'bookstore',
    livenessProbe: { httpGet: { path: '/osm-liveness-probe', port: 15901, scheme: 'HTTP' }, periodSeconds: 3 },
    readinessProbe: { httpGet: { path: '/ready', port: 15902, scheme: 'HTTPS' } },
    startupProbe: { exec: { command: ['true'] } },
  });
});

test('TCP goes to osm-healthcheck, in v1.0 only the port changes', () => {
  const container = (): Container => ({
    name: 'db',
    ports: [{ name: 'pg', containerPort: 5432 }],
    livenessProbe: { tcpSocket: { port: 'pg', host: '10.1.2.3' } },
  });
  expect(rewritten([container()]).containers[0]?.livenessProbe).toEqual({
    httpGet: { path: '/osm-healthcheck', port: 15904, httpHeaders: [{ name: 'Original-Tcp-Port', value: '5432' }] },
  });
  expect(rewritten([container()], '1.0').containers[0]?.livenessProbe).toEqual({
    tcpSocket: { port: 15901, host: '10.1.2.3' },
  });
});

test.each([
  ['8080', 8080, []],
  [0, 0, [0]],
  ['http', 80, []],
  ['HTTP', 0, ['HTTP']],
  ['', 0, ['']],
  ['-1', -1, []],
  ['2147483648', -2147483648, []],
  ['99999999999999999999', -1, []],
])('port %j is %i', (port, expected, unknown) => {
  const container = {
    name: 'a',
    ports: [
      { name: 'http', containerPort: 80, protocol: 'UDP' },
      { name: 'http', containerPort: 81 },
    ],
    livenessProbe: { httpGet: { port } },
  };
  const result = rewritten([container]);
  expect(result.effective[0]?.port).toBe(expected);
  expect(result.unknown).toEqual(unknown);
});

test('issue 3773: the last container of a probe type wins, every container is rewritten alike', () => {
  const http = (path: string) => ({ httpGet: { path, port: 80 } });
  const { containers, effective } = rewritten([
    { name: 'a', livenessProbe: http('/a'), readinessProbe: http('/ra') },
    { name: 'b', livenessProbe: http('/b') },
    { name: 'c', livenessProbe: { exec: { command: ['true'] } } },
  ]);
  expect(containers.slice(0, 2).map((container) => container.livenessProbe?.httpGet?.path)).toEqual([
    '/osm-liveness-probe',
    '/osm-liveness-probe',
  ]);
  expect(effective.map(({ type, container }) => [type, container])).toEqual([
    ['liveness', 'b'],
    ['readiness', 'a'],
  ]);
});

test('a TCP probe before an HTTP probe of its type loses its osm-healthcheck', () => {
  const { effective } = rewritten([
    { name: 'a', livenessProbe: { tcpSocket: { port: 1 } } },
    { name: 'b', livenessProbe: { httpGet: { port: 2 } } },
  ]);
  expect(effective.map((probe) => probe.kind)).toEqual(['http']);
});

test('main: a path and a place for each container', () => {
  const http = () => ({ httpGet: { path: '/x', port: 80 } });
  const { containers, effective } = rewritten(
    [
      { name: 'app', livenessProbe: http() },
      { name: 'app-2', livenessProbe: http() },
    ],
    'main',
  );
  expect(containers.map((container) => container.livenessProbe?.httpGet?.path)).toEqual([
    '/osm-liveness-probe/app',
    '/osm-liveness-probe/app-2',
  ]);
  expect(effective).toHaveLength(2);
});
