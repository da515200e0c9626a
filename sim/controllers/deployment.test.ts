import { beforeEach, expect, test } from 'vitest';
import { LabError } from '../core/errors.ts';
import { DEPLOYMENTS, type Deployment, PODS, REPLICA_SETS } from '../kube/objects.ts';
import { ControlPlane } from './control-plane.fixture.ts';
import { restartRollout, scale, setPaused, undoRollout } from './rollout.ts';
import { rolloutStatus } from './rollout-status.ts';

let plane: ControlPlane;

beforeEach(() => {
  plane = new ControlPlane();
});

/** `replicas/updated/ready/available/unavailable` and the reasons of Progressing and Available after each write. */
function transitions(name = 'web'): string[] {
  const list: string[] = [];
  plane.store.watch(DEPLOYMENTS, ({ object }) => {
    if (object.metadata.name === name) list.push(summary(object));
  });
  return list;
}

function summary({ status }: Deployment): string {
  const {
    replicas = 0,
    updatedReplicas = 0,
    readyReplicas = 0,
    availableReplicas = 0,
    unavailableReplicas = 0,
  } = status ?? {};
  const reason = (type: string): string => status?.conditions?.find((one) => one.type === type)?.reason ?? '-';
  const counts = [replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas].join('/');
  return `g${status?.observedGeneration ?? 0} ${counts} ${reason('Progressing')} ${reason('Available')}`;
}

function readyAll(prefix = 'web-'): void {
  for (const name of plane.pods(prefix)) {
    plane.status(name, { ready: true });
    plane.run();
  }
}

/** Starts a deployment and waits until all its pods are ready. */
function running(spec: Record<string, unknown> = {}): void {
  plane.deployment('web', spec);
  plane.run();
  readyAll();
}

function newest(): string {
  return plane.sets().at(-1)?.metadata.name ?? '';
}

const AVAILABLE = 'MinimumReplicasAvailable';
const UNAVAILABLE = 'MinimumReplicasUnavailable';

test('a status that meets a newer version is not written; the controller looks again', () => {
  const refused: string[] = [];
  plane = new ControlPlane({
    deployments: {
      refusesStatus: (key, { replicas }) => {
        if (replicas !== 2 || refused.length === 3) return false;
        refused.push(key);
        return true;
      },
    },
  });
  const list = transitions();
  plane.deployment('web');
  plane.run();
  expect(refused).toEqual(Array(3).fill(refused[0]));
  expect(list.at(-1)).toBe(`g1 2/2/0/0/2 ReplicaSetUpdated ${UNAVAILABLE}`);
});

test('the first rollout, write by write as recorded', () => {
  const list = transitions();
  running();
  expect(list).toEqual([
    'g0 0/0/0/0/0 - -',
    'g0 0/0/0/0/0 NewReplicaSetCreated -',
    `g1 0/0/0/0/2 NewReplicaSetCreated ${UNAVAILABLE}`,
    `g1 2/2/0/0/2 ReplicaSetUpdated ${UNAVAILABLE}`,
    `g1 2/2/1/1/1 ReplicaSetUpdated ${UNAVAILABLE}`,
    `g1 2/2/2/2/0 NewReplicaSetAvailable ${AVAILABLE}`,
  ]);
  const set = plane.sets()[0];
  expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{7,10}$/);
  const hash = set?.metadata.name.slice(4) ?? '';
  expect(set?.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
  expect(set?.spec?.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } });
  expect(set?.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/desired-replicas': '2',
    'deployment.kubernetes.io/max-replicas': '3',
    'deployment.kubernetes.io/revision': '1',
  });
  expect(plane.store.list(PODS)[0]?.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
  expect(plane.find('web').metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
  expect(plane.find('web').metadata.generation).toBe(1);
  expect(plane.events('Deployment')).toEqual([`ScalingReplicaSet Scaled up replica set web-${hash} from 0 to 2`]);
});

test('conditions carry the texts of the controller', () => {
  running();
  const name = newest();
  expect(plane.find('web').status?.conditions).toMatchObject([
    { type: 'Available', status: 'True', message: 'Deployment has minimum availability.' },
    { type: 'Progressing', status: 'True', message: `ReplicaSet "${name}" has successfully progressed.` },
  ]);
});

test('rollout restart with surge, write by write as recorded', () => {
  running({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  const list = transitions();
  restartRollout(plane.store, plane.clock, 'default', 'web');
  plane.run();
  for (let i = 0; i < 2; i++) readyAll(newest());
  expect(list).toEqual([
    `g1 2/2/2/2/0 NewReplicaSetAvailable ${AVAILABLE}`,
    `g1 2/2/2/2/0 NewReplicaSetCreated ${AVAILABLE}`,
    `g2 2/0/2/2/1 NewReplicaSetCreated ${AVAILABLE}`,
    `g2 3/1/2/2/1 ReplicaSetUpdated ${AVAILABLE}`,
    `g2 3/1/3/3/0 ReplicaSetUpdated ${AVAILABLE}`,
    `g2 2/1/2/2/1 ReplicaSetUpdated ${AVAILABLE}`,
    `g2 3/2/2/2/1 ReplicaSetUpdated ${AVAILABLE}`,
    `g2 3/2/3/3/0 ReplicaSetUpdated ${AVAILABLE}`,
    `g2 2/2/2/2/0 NewReplicaSetAvailable ${AVAILABLE}`,
  ]);
  const [old, fresh] = plane.sets().map((set) => set.metadata.name);
  expect(plane.events('Deployment').slice(1)).toEqual([
    `ScalingReplicaSet Scaled up replica set ${fresh} from 0 to 1`,
    `ScalingReplicaSet Scaled down replica set ${old} from 2 to 1`,
    `ScalingReplicaSet Scaled up replica set ${fresh} from 1 to 2`,
    `ScalingReplicaSet Scaled down replica set ${old} from 1 to 0`,
  ]);
  expect(plane.find('web').spec?.template?.metadata?.annotations).toEqual({
    'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^2026-/),
  });
});

test('without surge the old goes first, and the next step waits for the new pod to be available', () => {
  running({ replicas: 3, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, minReadySeconds: 2 });
  plane.run(5000);
  plane.setArgs('web', ['new']);
  plane.run();
  const sizes = (): number[] => plane.sets().map((set) => set.spec?.replicas ?? 0);
  expect(sizes()).toEqual([2, 1]);
  readyAll(newest());
  expect(sizes()).toEqual([2, 1]);
  plane.run(3000);
  expect(sizes()).toEqual([1, 2]);
  const [old, fresh] = plane.sets().map((set) => set.metadata.name);
  expect(plane.events('Deployment').slice(1, 3)).toEqual([
    `ScalingReplicaSet Scaled down replica set ${old} from 3 to 2`,
    `ScalingReplicaSet Scaled up replica set ${fresh} from 0 to 1`,
  ]);
});

test('a version that never becomes ready gets stuck, is reported, and can be undone', () => {
  running({
    replicas: 3,
    progressDeadlineSeconds: 15,
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  });
  plane.setArgs('web', ['bad']);
  plane.run(14_000);
  expect(plane.sets().map((set) => set.spec?.replicas)).toEqual([3, 1]);
  expect(rolloutStatus(plane.find('web')).text).toBe(
    'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
  );
  const list = transitions();
  plane.run(3000);
  expect(list).toEqual([`g2 4/1/3/3/1 ProgressDeadlineExceeded ${AVAILABLE}`]);
  expect(rolloutStatus(plane.find('web'))).toEqual({
    text: 'error: deployment "web" exceeded its progress deadline',
    done: true,
    failed: true,
  });
  expect(undoRollout(plane.store, 'default', 'web')).toBe('deployment.apps/web rolled back');
  plane.run();
  expect(list.slice(1)).toEqual([
    `g2 4/1/3/3/1 ProgressDeadlineExceeded ${AVAILABLE}`,
    `g2 4/1/3/3/1 ProgressDeadlineExceeded ${AVAILABLE}`,
    `g3 4/3/3/3/0 ReplicaSetUpdated ${AVAILABLE}`,
    `g3 3/3/3/3/0 NewReplicaSetAvailable ${AVAILABLE}`,
  ]);
  expect(plane.find('web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  expect(plane.sets()[0]?.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  });
});

test('a deadline of none never passes', () => {
  running({ progressDeadlineSeconds: 2_147_483_647 });
  expect(plane.find('web').status?.conditions?.map((one) => one.type)).toEqual(['Available']);
});

test('Recreate: the new set is made when the last old pod is gone', () => {
  running({ strategy: { type: 'Recreate' } });
  const list = transitions();
  const old = plane.pods();
  restartRollout(plane.store, plane.clock, 'default', 'web');
  plane.run();
  expect([plane.sets().length, plane.pods()]).toEqual([1, []]);
  plane.finish(old[0] ?? '');
  plane.run();
  expect(plane.sets()).toHaveLength(1);
  plane.finish(old[1] ?? '');
  plane.run();
  expect(plane.sets().map((set) => set.spec?.replicas)).toEqual([0, 2]);
  readyAll(newest());
  expect(list).toEqual([
    `g1 2/2/2/2/0 NewReplicaSetAvailable ${AVAILABLE}`,
    `g2 2/0/2/2/0 NewReplicaSetAvailable ${AVAILABLE}`,
    `g2 0/0/0/0/0 NewReplicaSetAvailable ${UNAVAILABLE}`,
    `g2 0/0/0/0/0 NewReplicaSetCreated ${UNAVAILABLE}`,
    `g2 0/0/0/0/2 NewReplicaSetCreated ${UNAVAILABLE}`,
    `g2 2/2/0/0/2 ReplicaSetUpdated ${UNAVAILABLE}`,
    `g2 2/2/1/1/1 ReplicaSetUpdated ${UNAVAILABLE}`,
    `g2 2/2/2/2/0 NewReplicaSetAvailable ${AVAILABLE}`,
  ]);
});

test('scaling changes the set in force, and nothing else', () => {
  running();
  scale(plane.store, DEPLOYMENTS, 'default', 'web', 4);
  plane.run();
  expect(plane.pods()).toHaveLength(4);
  scale(plane.store, DEPLOYMENTS, 'default', 'web', 1);
  plane.run();
  expect([plane.pods().length, plane.sets().length]).toEqual([1, 1]);
  expect(plane.events('Deployment').map((text) => text.slice(-11))).toEqual([
    'from 0 to 2',
    'from 2 to 4',
    'from 4 to 1',
  ]);
  scale(plane.store, DEPLOYMENTS, 'default', 'web', 0);
  plane.run();
  expect(plane.pods()).toEqual([]);
});

test('in the middle of a rollout each set gets its share', () => {
  running({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
  plane.setArgs('web', ['bad']);
  plane.run();
  expect(plane.sets().map((set) => set.spec?.replicas)).toEqual([8, 5]);
  scale(plane.store, DEPLOYMENTS, 'default', 'web', 20);
  plane.run();
  // 23 allowed, 10 to add: 8 × 23 / 13 and 5 × 23 / 13.
  expect(plane.sets().map((set) => set.spec?.replicas)).toEqual([14, 9]);
});

test('paused, nothing rolls; resumed, it does', () => {
  running();
  setPaused(plane.store, 'default', 'web', true);
  plane.setArgs('web', ['new']);
  plane.run();
  expect(plane.sets()).toHaveLength(1);
  expect(plane.find('web').status?.conditions?.at(-1)).toMatchObject({
    type: 'Progressing',
    status: 'Unknown',
    reason: 'DeploymentPaused',
    message: 'Deployment is paused',
  });
  expect(() => restartRollout(plane.store, plane.clock, 'default', 'web')).toThrow(
    `deployments.apps "web" can't restart paused deployment (run rollout resume first)`,
  );
  setPaused(plane.store, 'default', 'web', false);
  plane.run();
  expect(plane.sets()).toHaveLength(2);
});

test('old sets beyond the limit are deleted when a rollout is complete', () => {
  running({ revisionHistoryLimit: 1, replicas: 1 });
  for (const version of ['2', '3', '4']) {
    plane.setArgs('web', [version]);
    plane.run();
    readyAll(newest());
    for (const pod of plane.store.list(PODS)) {
      if (pod.metadata.deletionTimestamp !== undefined) plane.finish(pod.metadata.name);
    }
    plane.run();
  }
  const revisions = plane.sets().map((set) => set.metadata.annotations?.['deployment.kubernetes.io/revision']);
  expect(revisions).toEqual(['3', '4']);
});

test('undo: to a revision, to the same one, to one that is not there', () => {
  running({ replicas: 1 });
  expect(() => undoRollout(plane.store, 'default', 'web')).toThrow('no rollout history found for deployment "web"');
  plane.setArgs('web', ['2']);
  plane.run();
  readyAll(newest());
  expect(undoRollout(plane.store, 'default', 'web', 2)).toBe(
    'deployment.apps/web skipped rollback (current template already matches revision 2)',
  );
  expect(() => undoRollout(plane.store, 'default', 'web', 7)).toThrow(LabError);
  expect(undoRollout(plane.store, 'default', 'web', 1)).toBe('deployment.apps/web rolled back');
  plane.run();
  expect(plane.sets()).toHaveLength(2);
});

test('the same template has the same hash, in every run', () => {
  running();
  const first = newest();
  plane = new ControlPlane();
  running();
  expect(newest()).toBe(first);
});

test('refused pods show in the deployment', () => {
  const refuse = (): never => {
    throw new LabError('Forbidden', 'no');
  };
  plane = new ControlPlane({ createPod: refuse });
  plane.deployment('web');
  plane.run(500);
  expect(plane.find('web').status?.conditions?.find((one) => one.type === 'ReplicaFailure')).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: 'no',
  });
});

test('a set without an owner that matches is adopted', () => {
  running();
  const [set] = plane.sets();
  plane.store.delete(DEPLOYMENTS, 'default', 'web', { propagationPolicy: 'Orphan' });
  plane.run();
  expect(plane.sets()).toHaveLength(1);
  plane.deployment('web');
  plane.run();
  expect(plane.sets().map((one) => one.metadata.uid)).toEqual([set?.metadata.uid]);
  expect(plane.store.get(REPLICA_SETS, 'default', newest())?.metadata.ownerReferences).toHaveLength(1);
});
