import { expect, test } from 'vitest';
import { DAEMON_SETS, EVENTS, PODS } from '../kube/objects.ts';
import { createLab } from '../lab.ts';
import { daemonSetTable } from '../report/kubectl/workload-tables.ts';

const set = (image = 'busybox:1.35', more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: {
      metadata: { labels: { app: 'agent' } },
      spec: {
        containers: [{ name: 'agent', image, command: ['sleep', '3600'] }],
        terminationGracePeriodSeconds: 0,
        ...more,
      },
    },
  },
});

async function started(...objects: ReturnType<typeof set>[]) {
  const lab = await createLab();
  lab.start();
  lab.apply(objects);
  await lab.advance(10_000);
  return lab;
}

test('one pod on the node, with the labels and the owner of a daemon', async () => {
  const lab = await started(set());
  const pods = lab.store.list(PODS, 'default');
  expect(pods).toHaveLength(1);
  expect(pods[0]).toMatchObject({
    metadata: {
      name: expect.stringMatching(/^agent-\w{5}$/),
      labels: { app: 'agent', 'controller-revision-hash': expect.any(String), 'pod-template-generation': '1' },
      ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true }],
    },
    spec: { nodeName: lab.nodeName },
    status: { phase: 'Running' },
  });
  expect(lab.store.get(DAEMON_SETS, 'default', 'agent')?.status).toEqual({
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberAvailable: 1,
    numberMisscheduled: 0,
    numberReady: 1,
    observedGeneration: 1,
    updatedNumberScheduled: 1,
  });
  const created = lab.store.list(EVENTS, 'default').filter(({ reason }) => reason === 'SuccessfulCreate');
  expect(created.map(({ message }) => message)).toEqual([`Created pod: ${pods[0]?.metadata.name}`]);
  await lab.dispose();
});

test('a pod that is deleted comes back, a new template replaces it', async () => {
  const lab = await started(set());
  const first = lab.store.list(PODS, 'default')[0]?.metadata.name ?? '';
  lab.store.delete(PODS, 'default', first);
  await lab.advance(10_000);
  const second = lab.store.list(PODS, 'default').map(({ metadata }) => metadata.name);
  expect(second).toHaveLength(1);
  expect(second).not.toContain(first);
  lab.apply([set('busybox:1.36')]);
  await lab.advance(10_000);
  const [third] = lab.store.list(PODS, 'default');
  expect(third?.spec.containers[0]?.image).toBe('busybox:1.36');
  expect(third?.metadata.labels?.['pod-template-generation']).toBe('2');
  await lab.dispose();
});

test('a node selector that the node does not have: no pod', async () => {
  const lab = await started(set('busybox:1.35', { nodeSelector: { disk: 'ssd' } }));
  expect(lab.store.list(PODS, 'default')).toEqual([]);
  expect(lab.store.get(DAEMON_SETS, 'default', 'agent')?.status).toMatchObject({ desiredNumberScheduled: 0 });
  await lab.dispose();
});

test('kubectl get daemonsets', async () => {
  const lab = await started(set('busybox:1.35', { nodeSelector: { 'kubernetes.io/os': 'linux' } }));
  const now = lab.clock.epochMs + lab.clock.now();
  const { headers, rows } = daemonSetTable(lab.store.list(DAEMON_SETS, 'default'), { now });
  expect(headers.join(' ')).toBe('NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE');
  expect(rows).toEqual([['agent', '1', '1', '1', '1', '1', 'kubernetes.io/os=linux', '10s']]);
  await lab.dispose();
});

test('with minReadySeconds its pod is available so long after the second in which it became ready', async () => {
  const daemons = set();
  const lab = await started({ ...daemons, spec: { ...daemons.spec, minReadySeconds: 5 } } as typeof daemons);
  const { conditions } = lab.store.list(PODS, 'default')[0]?.status ?? {};
  const ready = Date.parse(String(conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime));
  const available = lab.history.facts.find(
    (fact) => fact.kind === 'object' && fact.object.kind === 'DaemonSet' && fact.object.status?.numberAvailable === 1,
  );
  const tookMs = lab.clock.epochMs + (available?.at ?? 0) - ready;
  expect(tookMs).toBeGreaterThanOrEqual(5000);
  expect(tookMs).toBeLessThan(5010);
  await lab.dispose();
});
