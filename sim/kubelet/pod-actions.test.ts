import { describe, expect, test } from 'vitest';
import type { ProbeResult, ProbeType } from '../kube/fact.ts';
import type { Container, Pod } from '../kube/objects.ts';
import { computePodActions } from './pod-actions.ts';
import type { ProbeResults } from './results.ts';
import type { RuntimeContainer, RuntimePod } from './runtime-state.ts';

function pod(spec: Partial<Pod['spec']>): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    spec: { restartPolicy: 'Always', containers: [{ name: 'app' }], ...spec },
    status: {},
  } as Pod;
}

function instance(name: string, rest: Partial<RuntimeContainer> = {}): RuntimeContainer {
  return {
    podUID: 'u',
    name,
    containerID: `id-${name}`,
    attempt: 0,
    role: 'app',
    image: 'i',
    imageID: '',
    state: 'running',
    createdAt: 0,
    ...rest,
  };
}

const exited = (name: string, exitCode: number) => instance(name, { state: 'exited', exitCode, finishedAt: 0 });
const ready = (...containers: RuntimeContainer[]): RuntimePod => ({ sandbox: 'ready', ip: '10.244.0.4', containers });

/** `results({ liveness: { 'id-app': 'Failure' } })`. */
function results(values: Partial<Record<ProbeType, Record<string, ProbeResult>>> = {}): ProbeResults {
  const manager = (probe: ProbeType) => ({ get: (id: string) => values[probe]?.[id] });
  return {
    startup: manager('startup'),
    liveness: manager('liveness'),
    readiness: manager('readiness'),
  } as unknown as ProbeResults;
}

const names = (containers: readonly Container[]) => containers.map((container) => container.name);

describe('computePodActions', () => {
  test('a pod without a sandbox gets one, and its first init container', () => {
    const actions = computePodActions(
      pod({ initContainers: [{ name: 'setup' }, { name: 'second' }] }),
      { sandbox: 'none', containers: [] },
      results(),
    );
    expect(actions.createSandbox).toBe(true);
    expect(names(actions.initContainersToStart)).toEqual(['setup']);
    expect(actions.containersToStart).toEqual([]);
  });

  test.each(['Always', 'Never'] as const)('a container with another image is restarted under %s', (restartPolicy) => {
    const containers = [
      { name: 'app', image: 'app:2' },
      { name: 'same', image: 'same:1' },
    ];
    const running = ready(instance('app', { image: 'app:1' }), instance('same', { image: 'same:1' }));
    const actions = computePodActions(pod({ restartPolicy, containers }), running, results());
    expect(names(actions.containersToStart)).toEqual(['app']);
    expect(actions.containersToKill.map(({ message }) => message)).toEqual([
      'Container app definition changed, will be restarted',
    ]);
  });

  test('a sidecar with another image is restarted', () => {
    const initContainers = [{ name: 'proxy', image: 'proxy:2', restartPolicy: 'Always' }];
    const running = ready(instance('proxy', { image: 'proxy:1', role: 'sidecar' }), instance('app'));
    const actions = computePodActions(pod({ initContainers }), running, results());
    expect(names(actions.initContainersToStart)).toEqual(['proxy']);
    expect(actions.containersToKill.map(({ message }) => message)).toEqual(['Init container proxy definition changed']);
  });

  test('regular containers wait for the last init container', () => {
    const spec = pod({ initContainers: [{ name: 'setup' }, { name: 'second' }] });
    expect(names(computePodActions(spec, ready(instance('setup')), results()).initContainersToStart)).toEqual([]);
    expect(names(computePodActions(spec, ready(exited('setup', 0)), results()).initContainersToStart)).toEqual([
      'second',
    ]);
    const done = computePodActions(spec, ready(exited('second', 0), exited('setup', 0)), results());
    expect(names(done.containersToStart)).toEqual(['app']);
  });

  test('a failed init container is started again, or ends the pod under Never', () => {
    const failed = ready(exited('setup', 1));
    const always = computePodActions(pod({ initContainers: [{ name: 'setup' }] }), failed, results());
    expect(names(always.initContainersToStart)).toEqual(['setup']);
    const never = computePodActions(
      pod({ restartPolicy: 'Never', initContainers: [{ name: 'setup' }] }),
      failed,
      results(),
    );
    expect(never).toMatchObject({ killPod: true, initContainersToStart: [] });
  });

  test.each([
    ['Always', 'Container app failed liveness probe, will be restarted', ['app']],
    ['OnFailure', 'Container app failed liveness probe, will be restarted', ['app']],
  ])('liveness failure under %s kills and restarts in one sync', (restartPolicy, message, toStart) => {
    const actions = computePodActions(
      pod({ restartPolicy }),
      ready(instance('app')),
      results({ liveness: { 'id-app': 'Failure' } }),
    );
    expect(actions.containersToKill.map((kill) => [kill.message, kill.reason])).toEqual([[message, 'liveness']]);
    expect(names(actions.containersToStart)).toEqual(toStart);
    expect(actions.killPod).toBe(false);
  });

  test('under Never the only container that fails its liveness ends the whole pod', () => {
    const actions = computePodActions(
      pod({ restartPolicy: 'Never' }),
      ready(instance('app')),
      results({ liveness: { 'id-app': 'Failure' } }),
    );
    expect(actions.killPod).toBe(true);
  });

  test('under Never one of two containers is stopped alone, without "will be restarted"', () => {
    const actions = computePodActions(
      pod({ restartPolicy: 'Never', containers: [{ name: 'app' }, { name: 'other' }] }),
      ready(instance('app'), instance('other')),
      results({ liveness: { 'id-app': 'Failure' } }),
    );
    expect(actions.killPod).toBe(false);
    expect(actions.containersToKill.map((kill) => kill.message)).toEqual(['Container app failed liveness probe']);
  });

  test('a startup failure kills; liveness is asked first', () => {
    const only = computePodActions(pod({}), ready(instance('app')), results({ startup: { 'id-app': 'Failure' } }));
    expect(only.containersToKill[0]?.reason).toBe('startup');
    const both = computePodActions(
      pod({}),
      ready(instance('app')),
      results({ startup: { 'id-app': 'Failure' }, liveness: { 'id-app': 'Failure' } }),
    );
    expect(both.containersToKill[0]?.reason).toBe('liveness');
  });

  test.each([
    ['Always', 0, ['app'], false],
    ['Always', 1, ['app'], false],
    ['OnFailure', 0, [], true],
    ['OnFailure', 1, ['app'], false],
    ['Never', 1, [], true],
  ])('%s and exit code %i', (restartPolicy, exitCode, toStart, killPod) => {
    const actions = computePodActions(pod({ restartPolicy }), ready(exited('app', exitCode)), results());
    expect(names(actions.containersToStart)).toEqual(toStart);
    expect(actions.killPod).toBe(killPod);
  });

  describe('sidecars', () => {
    const sidecar: Container = { name: 'proxy', restartPolicy: 'Always' } as Container;
    const probed: Container = { ...sidecar, startupProbe: {}, livenessProbe: {} } as Container;

    test('regular containers start once the sidecar runs', () => {
      const actions = computePodActions(pod({ initContainers: [sidecar] }), ready(instance('proxy')), results());
      expect(names(actions.containersToStart)).toEqual(['app']);
    });

    test('with a startup probe, once that has succeeded', () => {
      const spec = pod({ initContainers: [probed] });
      expect(computePodActions(spec, ready(instance('proxy')), results()).containersToStart).toEqual([]);
      const started = results({ startup: { 'id-proxy': 'Success' } });
      expect(names(computePodActions(spec, ready(instance('proxy')), started).containersToStart)).toEqual(['app']);
    });

    test('is killed and started again by its liveness, without a suffix', () => {
      const actions = computePodActions(
        pod({ initContainers: [probed] }),
        ready(instance('proxy'), instance('app')),
        results({ startup: { 'id-proxy': 'Success' }, liveness: { 'id-proxy': 'Failure' } }),
      );
      expect(actions.containersToKill.map((kill) => kill.message)).toEqual([
        'Init container proxy failed liveness probe',
      ]);
      expect(names(actions.initContainersToStart)).toEqual(['proxy']);
    });

    test('does not keep a finished pod alive', () => {
      const actions = computePodActions(
        pod({ restartPolicy: 'Never', initContainers: [sidecar] }),
        ready(instance('proxy'), exited('app', 0)),
        results(),
      );
      expect(actions).toMatchObject({ killPod: true, initContainersToStart: [] });
    });

    test('is restarted after the pod was initialized, whatever its exit code', () => {
      const actions = computePodActions(
        pod({ initContainers: [sidecar] }),
        ready(instance('app'), exited('proxy', 0)),
        results(),
      );
      expect(names(actions.initContainersToStart)).toEqual(['proxy']);
    });
  });
});
