import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../kube/objects.ts';
import { KUBELET_PROFILES } from '../profiles.ts';
import {
  containersReadyCondition,
  podInitializedCondition,
  podReadyCondition,
  podReadyToStartContainersCondition,
} from './conditions.ts';

const POD = {
  metadata: { generation: 3 },
  spec: {
    containers: [{ name: 'app' }, { name: 'web' }],
    initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
    readinessGates: [{ conditionType: 'example.com/a' }, { conditionType: 'example.com/b' }],
  },
} as never as Pod;

function of(...containers: [name: string, part?: Partial<ContainerStatus>][]): ContainerStatus[] {
  return containers.map(([name, part]) => ({
    name,
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { waiting: {} },
    ...part,
  }));
}

const READY = { ready: true };
const ALL_READY = of(['setup', READY], ['proxy', { ready: true, started: true }], ['app', READY], ['web', READY]);

/** As kubectl's users read it: status, reason, message. */
function text({ status, reason, message }: PodCondition): string {
  return [status, reason, message].filter((part) => part !== undefined).join(' | ');
}

describe('ContainersReady', () => {
  it.each<[string, string, ContainerStatus[] | undefined, string]>([
    ['nobody has looked yet', 'False | UnknownContainerStatuses', undefined, 'Pending'],
    ['all are ready', 'True', ALL_READY, 'Running'],
    [
      'some are not: sidecars first, init containers not at all',
      'False | ContainersNotReady | containers with unready status: [proxy app web]',
      of(['setup'], ['web'], ['app'], ['proxy']),
      'Running',
    ],
    [
      'some are unknown',
      'False | ContainersNotReady | containers with unknown status: [proxy web], containers with unready status: [app]',
      of(['app']),
      'Pending',
    ],
    ['the pod succeeded', 'False | PodCompleted', of(['proxy'], ['app'], ['web']), 'Succeeded'],
    ['the pod failed', 'False | PodFailed', ALL_READY, 'Failed'],
    [
      'the pod succeeded, but a container is unknown',
      'False | ContainersNotReady | containers with unknown status: [web], containers with unready status: [proxy app]',
      of(['proxy'], ['app']),
      'Succeeded',
    ],
  ])('when %s', (_when, expected, statuses, phase) => {
    expect(text(containersReadyCondition(POD, undefined, statuses, phase))).toBe(expected);
  });

  it('says which generation it is about', () => {
    expect(containersReadyCondition(POD, undefined, ALL_READY, 'Running')).toEqual({
      type: 'ContainersReady',
      observedGeneration: 3,
      status: 'True',
    });
  });
});

describe('Ready', () => {
  const ready = (conditions: PodCondition[], statuses = ALL_READY, phase = 'Running') =>
    text(podReadyCondition(POD, undefined, conditions, statuses, phase));
  const gate = (name: string, status: string): PodCondition => ({ type: `example.com/${name}`, status });

  it('repeats what ContainersReady says, whatever the gates', () => {
    expect(ready([gate('a', 'True')], of(['proxy', READY], ['app', READY], ['web']))).toBe(
      'False | ContainersNotReady | containers with unready status: [web]',
    );
    expect(ready([], ALL_READY, 'Failed')).toBe('False | PodFailed');
  });

  it('waits for every readiness gate', () => {
    expect(ready([])).toBe(
      'False | ReadinessGatesNotReady | corresponding condition of pod readiness gate "example.com/a" does not exist., corresponding condition of pod readiness gate "example.com/b" does not exist.',
    );
    expect(ready([gate('a', 'True'), gate('b', 'False')])).toBe(
      'False | ReadinessGatesNotReady | the status of pod readiness gate "example.com/b" is not "True", but False',
    );
    expect(ready([gate('a', 'True'), gate('b', 'True')])).toBe('True');
  });
});

describe('Initialized', () => {
  const was = (status: string): PodStatus => ({ conditions: [{ type: 'Initialized', status }] });
  const initialized = (
    statuses: ContainerStatus[] | undefined,
    phase = 'Pending',
    previous = was('True'),
    version = '1.34',
  ) => text(podInitializedCondition(POD, previous, statuses, phase, KUBELET_PROFILES[version]));

  it.each<[string, string, ContainerStatus[] | undefined, string]>([
    ['nobody has looked yet', 'False | UnknownContainerStatuses', undefined, 'Pending'],
    [
      'nothing has run',
      'False | ContainersNotInitialized | containers with incomplete status: [setup proxy]',
      of(['setup'], ['proxy'], ['app'], ['web']),
      'Pending',
    ],
    [
      'the sidecar is ready, but has not started',
      'False | ContainersNotInitialized | containers with incomplete status: [proxy]',
      of(['setup', READY], ['proxy', READY]),
      'Pending',
    ],
    [
      'the sidecar has started, but is not ready',
      'True',
      of(['setup', READY], ['proxy', { started: true }]),
      'Pending',
    ],
    [
      'an init container is unknown',
      'False | ContainersNotInitialized | containers with unknown status: [proxy], containers with incomplete status: [setup]',
      of(['setup']),
      'Pending',
    ],
    [
      'a regular container runs',
      'True',
      of(['setup', READY], ['proxy'], ['app', { state: { running: {} } }]),
      'Running',
    ],
    [
      'a regular container has ended',
      'True',
      of(['setup', READY], ['proxy'], ['app', { state: { terminated: { exitCode: 1 } } }]),
      'Running',
    ],
    [
      'a regular container only waits, although it ran before',
      'False | ContainersNotInitialized | containers with incomplete status: [proxy]',
      of(['setup', READY], ['proxy'], ['app', { lastState: { terminated: { exitCode: 1 } } }]),
      'Running',
    ],
    ['the pod succeeded', 'True | PodCompleted', of(['setup'], ['proxy']), 'Succeeded'],
  ])('when %s', (_when, expected, statuses, phase) => {
    expect(initialized(statuses, phase)).toBe(expected);
  });

  it('stays True in 1.36 once it was', () => {
    const restarting = of(['setup', READY], ['proxy', { state: { terminated: { exitCode: 1 } } }]);
    expect(initialized(restarting, 'Pending', was('True'), '1.36')).toBe('True');
    expect(initialized(restarting, 'Pending', was('False'), '1.36')).toMatch(/^False/);
  });

  it('is True at once without init containers', () => {
    const pod = { ...POD, spec: { containers: POD.spec.containers } };
    expect(text(podInitializedCondition(pod, undefined, undefined, 'Pending'))).toBe('True');
  });
});

describe('PodReadyToStartContainers', () => {
  it('follows the sandbox', () => {
    expect(text(podReadyToStartContainersCondition(POD, false))).toBe('False');
    expect(text(podReadyToStartContainersCondition(POD, true))).toBe('True');
  });
});
