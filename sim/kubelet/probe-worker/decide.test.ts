import { describe, expect, it } from 'vitest';
import type { ProbeType } from '../../kube/fact.ts';
import type { Container, ContainerState, Pod, PodStatus } from '../../kube/objects.ts';
import { KUBELET_PROFILES, type KubeletProfile } from '../profiles.ts';
import { decide, type Rung, type WorkerMemory, type WorkerSubject } from './decide.ts';

const PROBES: ProbeType[] = ['startup', 'liveness', 'readiness'];
const START = Date.UTC(2026, 0, 1);
const RUNNING: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };

interface Situation {
  status?: PodStatus | undefined;
  /** Of the container `app`; merged over a running, started one. */
  container?: { state?: ContainerState; started?: boolean; containerID?: string };
  memory?: Partial<WorkerMemory>;
  pod?: { restartPolicy?: string; deleted?: boolean };
  initialDelaySeconds?: number;
  sidecar?: boolean;
  afterMs?: number;
  version?: '1.34' | '1.36';
}

function climb(probe: ProbeType, situation: Situation): Rung {
  const { container = {}, memory = {}, pod = {}, sidecar = false } = situation;
  const spec = { initialDelaySeconds: situation.initialDelaySeconds ?? 0 };
  const app: Container = { name: 'app', ...(sidecar ? { restartPolicy: 'Always' } : {}) };
  const subject: WorkerSubject = {
    probe,
    container: app,
    spec,
    sidecar,
    profile: KUBELET_PROFILES[situation.version ?? '1.34'] as KubeletProfile,
    pod: {
      metadata: pod.deleted === true ? { deletionTimestamp: '2026-01-01T00:00:09Z' } : {},
      spec: { restartPolicy: pod.restartPolicy ?? 'Always', containers: [app] },
    } as Pod,
  };
  const entry = {
    name: 'app',
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    containerID: 'test://app-1',
    started: probe !== 'startup',
    state: RUNNING,
    ...container,
  };
  const running: PodStatus = { phase: 'Running', [sidecar ? 'initContainerStatuses' : 'containerStatuses']: [entry] };
  const status = 'status' in situation ? situation.status : running;
  return decide(
    status,
    subject,
    { containerID: 'test://app-1', onHold: false, ...memory },
    START + (situation.afterMs ?? 0),
  );
}

const terminated = (exitCode: number): ContainerState => ({ terminated: { exitCode } });
const CRASH_LOOP: ContainerState = { waiting: { reason: 'CrashLoopBackOff' } };

const SAME_FOR_ALL: [Rung, string, Situation][] = [
  ['no-status', 'the pod was never synced', { status: undefined }],
  ['pod-finished', 'the pod has succeeded', { status: { phase: 'Succeeded' } }],
  ['pod-finished', 'the pod has failed', { status: { phase: 'Failed' } }],
  ['no-container', 'the status does not list the container', { status: { phase: 'Pending', containerStatuses: [] } }],
  ['no-container', 'the container has no id yet', { container: { containerID: '', state: { waiting: {} } } }],
  ['new-container', 'the id is another one', { memory: { containerID: 'test://app-0' } }],
  [
    'new-container',
    'it is the first id, before the container was started',
    { memory: { containerID: '' }, container: { started: false } },
  ],
  [
    'new-container',
    'the id is another one, although on hold',
    { memory: { containerID: 'test://app-0', onHold: true } },
  ],
  ['on-hold', 'on hold', { memory: { onHold: true } }],
  ['on-hold', 'on hold, although it runs no more', { memory: { onHold: true }, container: { state: terminated(1) } }],
  ['not-running', 'in back-off', { container: { state: CRASH_LOOP } }],
  [
    'not-running',
    'in back-off, although the policy is Never',
    { container: { state: CRASH_LOOP }, pod: { restartPolicy: 'Never' } },
  ],
  ['not-running', 'terminated, policy Always', { container: { state: terminated(0) } }],
  [
    'not-running',
    'terminated with 0, policy OnFailure',
    { container: { state: terminated(0) }, pod: { restartPolicy: 'OnFailure' } },
  ],
  [
    'finished-for-good',
    'terminated, policy Never',
    { container: { state: terminated(1) }, pod: { restartPolicy: 'Never' } },
  ],
  [
    'not-running',
    'a terminated sidecar, policy Never',
    { container: { state: terminated(1) }, pod: { restartPolicy: 'Never' }, sidecar: true },
  ],
  [
    'finished-for-good',
    '1.36: terminated with 0, policy OnFailure',
    { container: { state: terminated(0) }, pod: { restartPolicy: 'OnFailure' }, version: '1.36' },
  ],
  [
    'not-running',
    '1.36: terminated with 1, policy OnFailure',
    { container: { state: terminated(1) }, pod: { restartPolicy: 'OnFailure' }, version: '1.36' },
  ],
  [
    'not-running',
    '1.36: a terminated sidecar, policy Never',
    { container: { state: terminated(0) }, pod: { restartPolicy: 'Never' }, sidecar: true, version: '1.36' },
  ],
  ['initial-delay', '6.999 s of 7 are over', { initialDelaySeconds: 7, afterMs: 6999 }],
  ['probe', '7 s of 7 are over', { initialDelaySeconds: 7, afterMs: 7000 }],
  ['probe', 'no delay, in the very moment of the start', {}],
  ['probe', 'no start time is known', { initialDelaySeconds: 7, container: { state: { running: {} } } }],
  ['probe', 'a sidecar runs', { sidecar: true }],
];

const BY_TYPE: [Rung, ProbeType, string, Situation][] = [
  ['pod-deleted', 'liveness', 'the pod it was given is being deleted', { pod: { deleted: true } }],
  ['pod-deleted', 'startup', 'the pod it was given is being deleted', { pod: { deleted: true } }],
  ['probe', 'readiness', 'the pod it was given is being deleted', { pod: { deleted: true } }],
  ['not-started', 'liveness', 'the container has not started', { container: { started: false } }],
  ['not-started', 'readiness', 'the container has not started', { container: { started: false } }],
  ['probe', 'startup', 'the container has not started', { container: { started: false } }],
  ['already-started', 'startup', 'the container has started', { container: { started: true } }],
  [
    'initial-delay',
    'startup',
    'the container has started, but the delay comes first',
    { container: { started: true }, initialDelaySeconds: 5 },
  ],
];

describe.each(PROBES)('decide, %s', (probe) => {
  it.each(SAME_FOR_ALL)('stops at %s when %s', (rung, _when, situation) => {
    expect(climb(probe, situation)).toBe(rung);
  });
});

describe('decide, where the types differ', () => {
  it.each(BY_TYPE)('stops at %s for %s when %s', (rung, probe, _when, situation) => {
    expect(climb(probe, situation)).toBe(rung);
  });
});
