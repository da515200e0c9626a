import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYaml, type YamlDocument } from '../kube/decoding/yaml-file.ts';
import { checkScenario } from './check-scenario.ts';
import { scenarioSchema } from './schema.ts';

const FULL = {
  apiVersion: 'probelab.dev/v1alpha1',
  kind: 'Scenario',
  metadata: { name: 'x', labels: { topic: 'a' } },
  spec: {
    description: 'd',
    duration: '1m30s',
    seed: 3,
    kubelet: { version: '1.34', uptime: '2s' },
    mesh: { osm: { version: '1.1', meshConfig: { spec: { a: 1 } } } },
    manifests: ['pod.yaml', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n1' } }],
    apps: {
      a: {
        startup: '2s',
        servers: [
          { port: 80, protocol: 'http', routes: [{ path: '/', delay: '5ms', windows: [{ from: '1s', status: 503 }] }] },
          { port: 81, protocol: 'grpc', health: { '': { status: 'SERVING', delay: '1s' } } },
        ],
        files: [{ path: '/tmp/a', until: '30s' }],
      },
    },
    steps: [
      { at: '1s', app: { container: 'a', files: { '/tmp/a': null, '/tmp/b': 'x' } } },
      { at: '2s', delete: { object: 'pod/a', gracePeriodSeconds: 0 } },
      { at: '3s', rollout: 'restart' },
      { at: '4s', apply: ['pod.yaml', { kind: 'Pod' }] },
      { at: '5s', request: { service: 'a', every: '100ms' } },
    ],
    expect: [
      { between: ['1s', '2s'], event: { reason: 'Unhealthy', count: '>= 2' } },
      { never: true, request: { error: true } },
      { never: ['1s', '2s'], object: { kind: 'Pod' } },
      { at: '1s', endpoints: { service: 'a', ready: ['a'], notReady: 0 } },
    ],
    tolerance: '2s',
    runtimes: ['docker'],
  },
};

const [DOCUMENT] = readYaml('{}', { file: 'x.yaml' }).documents as [YamlDocument];

/** Every path below a value. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...inner.flatMap(([key, item]) => pathsOf(item, [...path, key as string | number]))];
}

function changed(path: readonly (string | number)[], change: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(FULL));
  const owner = path.slice(0, -1).reduce((at, step) => at[step], copy);
  const last = path.at(-1);
  if (last === undefined) return change;
  if (change === undefined) delete owner[last];
  else owner[last] = change;
  return JSON.parse(JSON.stringify(copy));
}

test('a scenario reads as the schema that it is checked against says', () => {
  expect(checkScenario(FULL, DOCUMENT)).toEqual({ scenario: scenarioSchema.parse(FULL), errors: [] });
});

test('whatever is changed in it, both agree whether it is a scenario', () => {
  const junk = fc.constantFrom<unknown>(
    undefined,
    null,
    0,
    -1,
    1.5,
    true,
    '',
    'x',
    '5s',
    '-5s',
    '>= 3',
    'pod/a',
    [],
    ['5s'],
    ['5s', '6s'],
    {},
    { a: 1 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...pathsOf(FULL)), junk, (path, change) => {
      const value = changed(path, change);
      const expected = scenarioSchema.safeParse(value);
      const { scenario, errors } = checkScenario(value, DOCUMENT);
      expect(errors.length === 0, JSON.stringify(path)).toBe(expected.success);
      if (expected.success) expect(scenario).toEqual(expected.data);
    }),
    { numRuns: 2000 },
  );
});
