import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import type { ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../../kube/objects.ts';
import { DEFAULT_KUBELET_PROFILE } from '../profiles.ts';
import { StatusManager } from './status-manager.ts';

const RUNNING: ContainerState = { running: { startedAt: '2026-01-01T00:00:01.990Z' } };

function pod(restartPolicy = 'Always', part: Partial<Pod['metadata']> = {}): Pod {
  return {
    metadata: { namespace: 'default', name: 'web', uid: 'uid-1', generation: 2, ...part },
    spec: { restartPolicy, containers: [{ name: 'web' }, { name: 'app' }] },
    status: {},
  } as never as Pod;
}

function container(name: string, part: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    name,
    image: '',
    imageID: '',
    restartCount: 0,
    ready: false,
    started: true,
    containerID: `test://${name}-1`,
    state: RUNNING,
    ...part,
  };
}

function running(conditions: PodCondition[] = [], part: Partial<ContainerStatus> = {}): PodStatus {
  return {
    phase: 'Running',
    conditions,
    containerStatuses: [container('web', { ready: true }), container('app', part)],
  };
}

const NOT_READY: PodCondition[] = ['Ready', 'ContainersReady'].map((type) => ({
  type,
  status: 'False',
  reason: 'ContainersNotReady',
  message: 'containers with unready status: [app]',
}));

function setUp() {
  const clock = new VirtualClock();
  const written: PodStatus[] = [];
  const manager = new StatusManager({
    clock,
    profile: DEFAULT_KUBELET_PROFILE,
    onChange: (_pod, status) => written.push(status),
  });
  const stored = () => manager.getPodStatus('uid-1') as PodStatus;
  return { clock, written, manager, stored };
}

describe('StatusManager.setPodStatus', () => {
  it('stores times in whole seconds and containers by name', () => {
    const { manager, stored } = setUp();
    manager.setPodStatus(pod(), running());
    expect(stored().containerStatuses?.map(({ name }) => name)).toEqual(['app', 'web']);
    expect(stored().containerStatuses?.[0]?.state?.running?.startedAt).toBe('2026-01-01T00:00:01Z');
    expect(stored()).toMatchObject({ startTime: '2026-01-01T00:00:00Z', observedGeneration: 2 });
  });

  it('writes a status once, unless the pod is being deleted', () => {
    const { manager, written } = setUp();
    manager.setPodStatus(pod(), running());
    manager.setPodStatus(pod(), running());
    expect(written).toHaveLength(1);
    manager.setPodStatus(pod('Always', { deletionTimestamp: '2026-01-01T00:00:09Z' }), running());
    expect(written).toHaveLength(2);
  });

  it('keeps the start time and the time of the last transition', () => {
    const { clock, manager, stored } = setUp();
    const ready = (status: string): PodCondition[] => [{ type: 'Ready', status }];
    const time = () => stored().conditions?.[0]?.lastTransitionTime;
    manager.setPodStatus(pod(), running(ready('False')));
    clock.runUntil(5000);
    manager.setPodStatus(pod(), running([{ type: 'Ready', status: 'False', reason: 'Other' }]));
    expect(stored().conditions?.[0]?.reason).toBe('Other');
    expect(time()).toBe('2026-01-01T00:00:00Z');
    clock.runUntil(7000);
    manager.setPodStatus(pod(), running(ready('True')));
    expect(time()).toBe('2026-01-01T00:00:07Z');
    expect(stored().startTime).toBe('2026-01-01T00:00:00Z');
  });

  it('does not write what only others say', () => {
    const { manager, written } = setUp();
    const gate = (status: string): PodCondition => ({ type: 'example.com/gate', status });
    manager.setPodStatus(pod(), running([...NOT_READY, gate('False')]));
    manager.setPodStatus(pod(), running([...NOT_READY, gate('True')]));
    expect(written).toHaveLength(1);
  });

  it.each([
    ['Never', 1, false],
    ['OnFailure', 0, false],
    ['OnFailure', 1, true],
    ['Always', 0, true],
  ])('policy %s, exit %i: lets a container leave its end: %s', (policy, exitCode, allowed) => {
    const { manager, stored } = setUp();
    manager.setPodStatus(pod(policy), running([], { state: { terminated: { exitCode } } }));
    manager.setPodStatus(pod(policy), running([], { restartCount: 1 }));
    expect(stored().containerStatuses?.[0]?.restartCount).toBe(allowed ? 1 : 0);
  });
});

describe('StatusManager.setContainerReadiness', () => {
  it('changes the container and both conditions, ahead of the sync', () => {
    const { clock, manager, stored, written } = setUp();
    manager.setPodStatus(pod(), running(NOT_READY));
    clock.runUntil(3000);
    manager.setContainerReadiness('uid-1', 'test://app-1', true);
    expect(stored().containerStatuses?.[0]?.ready).toBe(true);
    expect(stored().conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'Ready True',
      'ContainersReady True',
    ]);
    expect(stored().conditions?.[0]?.lastTransitionTime).toBe('2026-01-01T00:00:03Z');
    expect(written).toHaveLength(2);
  });

  it.each([
    ['an unknown pod', 'uid-2', 'test://app-1', true],
    ['an instance that is gone', 'uid-1', 'test://app-0', true],
    ['the same value', 'uid-1', 'test://app-1', false],
  ])('ignores %s', (_what, uid, id, ready) => {
    const { manager, written } = setUp();
    manager.setPodStatus(pod(), running(NOT_READY));
    manager.setContainerReadiness(uid, id, ready);
    expect(written).toHaveLength(1);
  });
});

describe('StatusManager.setContainerStartup', () => {
  it('changes `started` and nothing else', () => {
    const { manager, stored } = setUp();
    manager.setPodStatus(pod(), running(NOT_READY, { started: false }));
    const before = stored();
    manager.setContainerStartup('uid-1', 'test://app-1', true);
    expect(stored().containerStatuses?.[0]).toEqual({ ...before.containerStatuses?.[0], started: true });
    expect(stored().conditions).toEqual(before.conditions);
    expect(before.containerStatuses?.[0]?.started).toBe(false);
  });
});

describe('StatusManager.terminatePod', () => {
  it('fails what did not end visibly and keeps the conditions', () => {
    const { manager, stored } = setUp();
    manager.setPodStatus(pod(), running(NOT_READY, { state: { terminated: { exitCode: 0 } } }));
    manager.terminatePod(pod());
    expect(stored().phase).toBe('Failed');
    expect(stored().conditions?.map(({ reason }) => reason)).toEqual(['ContainersNotReady', 'ContainersNotReady']);
    expect(stored().containerStatuses?.map(({ state }) => state?.terminated?.exitCode)).toEqual([0, 137]);
    expect(stored().containerStatuses?.[1]?.state?.terminated).toMatchObject({
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
    });
  });

  it('leaves a terminal phase, and writes even if nothing changes', () => {
    const { manager, stored, written } = setUp();
    const ended = { state: { terminated: { exitCode: 0 } } };
    manager.setPodStatus(pod(), {
      phase: 'Succeeded',
      containerStatuses: [container('web', ended), container('app', ended)],
    });
    manager.terminatePod(pod());
    expect(stored().phase).toBe('Succeeded');
    expect(written).toHaveLength(2);
  });

  it('of init containers, fails those up to the last that ever ran; containers that never could start stay as they are', () => {
    const { manager, stored } = setUp();
    const meshed = {
      ...pod(),
      spec: { ...pod().spec, initContainers: ['a', 'b', 'c', 'd'].map((name) => ({ name })) },
    };
    const waiting: ContainerState = { waiting: { reason: 'PodInitializing' } };
    manager.setPodStatus(meshed, {
      phase: 'Pending',
      initContainerStatuses: [
        container('d', { state: waiting }),
        container('c', { state: waiting }),
        container('b', { state: waiting, lastState: { terminated: { exitCode: 1 } } }),
        container('a', { state: { terminated: { exitCode: 0 } } }),
      ],
      containerStatuses: [container('web', { state: waiting }), container('app', { state: waiting })],
    });
    manager.terminatePod(meshed);
    expect(stored().initContainerStatuses?.map(({ name, state }) => [name, state?.terminated?.exitCode])).toEqual([
      ['a', 0],
      ['b', 137],
      ['c', undefined],
      ['d', undefined],
    ]);
    expect(stored().containerStatuses?.map(({ state }) => state)).toEqual([waiting, waiting]);
  });
});

describe('StatusManager.forget', () => {
  it('drops the pod', () => {
    const { manager } = setUp();
    manager.setPodStatus(pod(), running());
    manager.forget('uid-1');
    expect(manager.getPodStatus('uid-1')).toBeUndefined();
    manager.setContainerReadiness('uid-1', 'test://app-1', true);
    expect(manager.getPodStatus('uid-1')).toBeUndefined();
  });
});

describe('long termination messages', () => {
  it('are cut at the end so that all containers together keep 12 KiB', () => {
    const { manager, stored } = setUp();
    const message = `${'x'.repeat(6000)}${'y'.repeat(1000)}`;
    manager.setPodStatus(pod(), running([], { state: { terminated: { exitCode: 1, message } } }));
    expect(stored().containerStatuses?.[0]?.state?.terminated?.message).toBe(message.slice(0, 6144));
  });
});
