import { expect, test } from 'vitest';
import { LabError } from '../core/errors.ts';
import { PODS, type Pod, REPLICA_SETS, type ReplicaSet } from '../kube/objects.ts';
import { ControlPlane, type ControlPlaneOptions } from './control-plane.fixture.ts';

function setup(spec: Record<string, unknown> = {}, options: ControlPlaneOptions = {}): ControlPlane {
  const plane = new ControlPlane(options);
  plane.store.create(REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'x' } },
      template: {
        metadata: { labels: { app: 'x' }, annotations: { note: 'n' } },
        spec: { containers: [{ name: 'app' }], terminationGracePeriodSeconds: 30 },
      },
      ...spec,
    },
    status: { replicas: 0 },
  });
  return plane;
}

function set(plane: ControlPlane): ReplicaSet {
  return plane.store.get(REPLICA_SETS, 'default', 'web') as ReplicaSet;
}

function scale(plane: ControlPlane, replicas: number): void {
  plane.store.mutate(REPLICA_SETS, 'default', 'web', (one) => ({ ...one, spec: { ...one.spec, replicas } as never }));
  plane.run();
}

/** Every status the set goes through. */
function statuses(plane: ControlPlane): unknown[] {
  const list: unknown[] = [];
  plane.store.watch(REPLICA_SETS, ({ object }) => list.push(object.status));
  return list;
}

test('makes its pods from the template, named after it and owned by it', () => {
  const plane = setup();
  plane.run();
  const pods = plane.store.list(PODS);
  expect(pods).toHaveLength(3);
  expect(pods[0]?.metadata).toMatchObject({
    generateName: 'web-',
    labels: { app: 'x' },
    annotations: { note: 'n' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: set(plane).metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
  expect(pods.every((pod) => /^web-[a-z0-9]{5}$/.test(pod.metadata.name))).toBe(true);
  expect(plane.events('ReplicaSet')).toEqual(pods.map((pod) => `SuccessfulCreate Created pod: ${pod.metadata.name}`));
});

test('the status follows one step behind: seen, made, ready', () => {
  const plane = setup({ replicas: 2 });
  const list = statuses(plane);
  plane.run();
  for (const name of plane.pods()) {
    plane.status(name, { ready: true });
    plane.run();
  }
  const made = { replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 1 };
  expect(list).toEqual([
    { replicas: 0, observedGeneration: 1 },
    made,
    { ...made, readyReplicas: 1, availableReplicas: 1 },
    { ...made, readyReplicas: 2, availableReplicas: 2 },
  ]);
});

test('with minReadySeconds a pod counts as available that long after the second in which it became ready', () => {
  const plane = setup({ replicas: 1, minReadySeconds: 5 });
  plane.run(1700);
  plane.status(plane.pods()[0] ?? '', { ready: true });
  plane.run(4290);
  expect(set(plane).status).toMatchObject({ readyReplicas: 1 });
  expect(set(plane).status).not.toHaveProperty('availableReplicas');
  plane.run(20);
  expect(set(plane).status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
});

test('replaces a pod that is deleted before it is gone', () => {
  const plane = setup();
  plane.run();
  const [victim = ''] = plane.pods();
  plane.status(victim, { ready: true });
  plane.store.delete(PODS, 'default', victim);
  plane.run();
  expect(plane.store.get(PODS, 'default', victim)).toBeDefined();
  expect(plane.pods()).toHaveLength(3);
  expect(plane.pods()).not.toContain(victim);
  expect(set(plane).status?.replicas).toBe(3);
});

test('replaces a pod that has failed', () => {
  const plane = setup();
  plane.run();
  plane.status(plane.pods()[0] ?? '', { ready: false, phase: 'Failed' });
  plane.run();
  expect(plane.store.list(PODS)).toHaveLength(4);
});

test('gives up the pods that serve least', () => {
  const plane = setup();
  plane.run();
  const [a = '', b = '', c = ''] = plane.pods();
  plane.status(b, { ready: true });
  plane.run();
  scale(plane, 1);
  expect(plane.pods()).toEqual([b]);
  expect(plane.events('ReplicaSet').slice(3).sort()).toEqual(
    [`SuccessfulDelete Deleted pod: ${a}`, `SuccessfulDelete Deleted pod: ${c}`].sort(),
  );
  scale(plane, 0);
  expect(plane.pods()).toEqual([]);
});

test('adopts orphans that match, releases pods that no longer do', () => {
  const plane = setup({ replicas: 2 });
  plane.pod('orphan', { app: 'x' });
  plane.run();
  expect(plane.pods()).toHaveLength(2);
  expect(plane.store.get(PODS, 'default', 'orphan')?.metadata.ownerReferences?.[0]?.name).toBe('web');
  plane.store.mutate(PODS, 'default', 'orphan', (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: 'y' } },
  }));
  plane.run();
  expect(plane.store.get(PODS, 'default', 'orphan')?.metadata).not.toHaveProperty('ownerReferences');
  expect(plane.pods()).toHaveLength(3);
});

test('a pod of another owner is let alone', () => {
  const plane = setup({ replicas: 1 });
  const other = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'other', controller: true };
  plane.store.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'theirs', labels: { app: 'x' }, ownerReferences: [other] },
    spec: { containers: [] },
    status: {},
  });
  plane.run();
  expect(plane.pods('web-')).toHaveLength(1);
  expect(plane.store.get(PODS, 'default', 'theirs')?.metadata.ownerReferences).toEqual([other]);
});

test('refused pods: one request a round, a condition, longer and longer pauses, and all well afterwards', () => {
  let refused = 0;
  let allow = false;
  const createPod: ControlPlaneOptions['createPod'] = (store, pod) => {
    if (allow) return store.create(PODS, pod) as Pod;
    refused++;
    throw new LabError('Forbidden', 'pods "web-x" is forbidden: no');
  };
  const plane = setup({}, { createPod });
  plane.run(1000);
  expect(refused).toBeGreaterThan(4);
  expect(refused).toBeLessThan(12);
  expect(plane.events('ReplicaSet')).toEqual([
    `FailedCreate Error creating: pods "web-x" is forbidden: no x${refused}`,
  ]);
  expect(set(plane).status?.conditions).toMatchObject([
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "web-x" is forbidden: no' },
  ]);
  allow = true;
  plane.run(5000);
  expect(plane.pods()).toHaveLength(3);
  expect(set(plane).status).not.toHaveProperty('conditions');
});

test('with the set its pods go', () => {
  const plane = setup();
  plane.run();
  plane.store.delete(REPLICA_SETS, 'default', 'web');
  plane.run();
  expect(plane.pods()).toEqual([]);
});

test('a wave of pods comes as the client’s budget allows: thirty, then twenty a second', () => {
  const plane = setup({ replicas: 70 });
  plane.run(100);
  expect(plane.pods().length).toBeGreaterThanOrEqual(30);
  expect(plane.pods().length).toBeLessThan(35);
  plane.run(1000);
  expect(plane.pods().length).toBeGreaterThanOrEqual(50);
  expect(plane.pods().length).toBeLessThan(55);
  plane.run(2000);
  expect(plane.pods()).toHaveLength(70);
  expect(set(plane).status?.replicas).toBe(70);
});
