import { expect, test } from 'vitest';
import { selectProgram } from './programs.ts';

const NOTHING = { image: '', command: [], args: [], patches: [] };

test("the scenario's description goes first", () => {
  const selected = selectProgram({ ...NOTHING, image: 'registry.k8s.io/liveness', description: { servers: [] } }, {});
  expect(selected.kind).toBe('program');
});

test.each([
  ['registry.k8s.io/liveness', [], ['/server']],
  ['registry.k8s.io/liveness', ['/server'], []],
  ['openservicemesh/osm-healthcheck:v1.1.4', ['/osm-healthcheck'], ['--verbosity', 'info']],
  ['openservicemesh/bookstore:v0.8.0', [], []],
])('%s with %j %j is one of our programs', (image, command, args) => {
  expect(selectProgram({ ...NOTHING, image, command, args }, {}).kind).toBe('program');
});

test('anything else is run as it is', () => {
  expect(
    selectProgram({ ...NOTHING, image: 'registry.k8s.io/liveness', command: ['sh', '-c'], args: ['exit 3'] }, {}),
  ).toEqual({
    kind: 'command',
    argv: ['sh', '-c', 'exit 3'],
  });
  expect(selectProgram({ ...NOTHING, image: 'example/none', args: ['ls'] }, {})).toEqual({
    kind: 'command',
    argv: ['ls'],
  });
});

test('a program of ours is told of earlier steps; a described app is made of them', () => {
  const patches = [{ server: 9091, path: '/health/alive', status: 503 }];
  const controller = { ...NOTHING, image: 'openservicemesh/osm-controller:v1.1.4', patches };
  expect(selectProgram(controller, {})).toMatchObject({ kind: 'program', patches });
  expect(selectProgram({ ...controller, description: { servers: [] } }, {})).toMatchObject({ patches: [] });
});
