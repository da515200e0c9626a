import { expect, test } from 'vitest';
import { CONFIG_MAPS, NAMESPACES, PODS } from '../kube/objects.ts';
import { ControlPlane } from './control-plane.fixture.ts';

test('with a namespace goes what is in it, pods with their grace', () => {
  const plane = new ControlPlane();
  plane.store.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gone' } });
  for (const namespace of ['gone', 'default']) {
    plane.store.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace } });
  }
  plane.store.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'gone' },
    spec: { containers: [], nodeName: 'node' },
    status: {},
  });
  plane.store.delete(NAMESPACES, undefined, 'gone');
  plane.run();
  expect(plane.store.list(CONFIG_MAPS).map((one) => one.metadata.namespace)).toEqual(['default']);
  expect(plane.store.get(PODS, 'gone', 'p')?.metadata.deletionGracePeriodSeconds).toBe(30);
});
