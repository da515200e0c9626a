import { expect, test } from 'vitest';
import { EVENTS, PODS } from '../kube/objects.ts';
import { ControlPlane } from './control-plane.fixture.ts';

test('binds a pod, with condition and event', () => {
  const plane = new ControlPlane();
  plane.pod('a');
  plane.run();
  const pod = plane.store.get(PODS, 'default', 'a');
  expect(pod?.spec.nodeName).toBe('node');
  expect(pod?.metadata.generation).toBe(1);
  expect(pod?.status.conditions).toEqual([
    { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]);
  expect(plane.store.list(EVENTS)).toMatchObject([
    {
      type: 'Normal',
      reason: 'Scheduled',
      message: 'Successfully assigned default/a to node',
      action: 'Binding',
      reportingComponent: 'default-scheduler',
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: expect.stringMatching(/^2026-01-01T00:00:00\.\d{6}Z$/),
      involvedObject: { kind: 'Pod', name: 'a' },
    },
  ]);
  expect(plane.store.list(EVENTS)[0]).not.toHaveProperty('count');
});

test('a node selector that matches nothing', () => {
  const plane = new ControlPlane({ scheduler: { nodeLabels: { disk: 'ssd' } } });
  plane.pod('a', {}, { nodeSelector: { disk: 'hdd' } });
  plane.pod('b', {}, { nodeSelector: { disk: 'ssd', 'kubernetes.io/hostname': 'node' } });
  plane.run(5000);
  expect(plane.store.list(PODS).map((pod) => pod.spec.nodeName)).toEqual([undefined, 'node']);
  const text =
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
  expect(plane.events('Pod')).toContain(`FailedScheduling ${text}`);
  expect(plane.store.get(PODS, 'default', 'a')?.status.conditions).toMatchObject([
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: text },
  ]);
});

test('a pod too large for what is left waits until another goes', () => {
  const plane = new ControlPlane({ scheduler: { allocatable: { cpu: '2', memory: '1Gi' } } });
  const requests = (cpu: string, memory = '1Mi') => ({
    containers: [{ name: 'app', resources: { requests: { cpu, memory } } }],
  });
  plane.pod('a', {}, requests('1500m'));
  plane.run();
  plane.pod('b', {}, requests('600m'));
  plane.pod('c', {}, requests('3', '2Gi'));
  plane.run();
  expect(plane.store.list(PODS).map((pod) => pod.spec.nodeName)).toEqual(['node', undefined, undefined]);
  const texts = plane.events('Pod').filter((text) => text.startsWith('FailedScheduling'));
  expect(texts.map((text) => text.split('. ')[0])).toEqual([
    'FailedScheduling 0/1 nodes are available: 1 Insufficient cpu',
    'FailedScheduling 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory',
  ]);
  plane.store.delete(PODS, 'default', 'a', { gracePeriodSeconds: 0 });
  plane.run();
  expect(plane.store.get(PODS, 'default', 'b')?.spec.nodeName).toBe('node');
});

test('a pod of another scheduler, or with a node, is not touched', () => {
  const plane = new ControlPlane();
  plane.pod('a', {}, { schedulerName: 'mine' });
  plane.pod('b', {}, { nodeName: 'elsewhere' });
  plane.run();
  expect(plane.store.list(PODS).map((pod) => pod.spec.nodeName)).toEqual([undefined, 'elsewhere']);
});
