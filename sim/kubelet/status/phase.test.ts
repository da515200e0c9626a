import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../../kube/objects.ts';
import { DEFAULT_KUBELET_PROFILE, KUBELET_PROFILES } from '../profiles.ts';
import { type PodPhase, podPhase } from './phase.ts';

/** A container in short: `running`, `waiting`, `exit 1`, `crashloop`, `new` (no state), `none` (no status). */
type Short = string;

function status(name: string, short: Short): ContainerStatus[] {
  const [word, code = '0'] = short.replace('!', '').split(' ');
  const base = { name, image: '', imageID: '', ready: false, restartCount: 0, started: short.endsWith('!') };
  const terminated = { exitCode: Number(code) };
  switch (word) {
    case 'running':
      return [{ ...base, state: { running: {} } }];
    case 'waiting':
      return [{ ...base, state: { waiting: {} } }];
    case 'exit':
      return [{ ...base, state: { terminated } }];
    case 'crashloop':
      return [{ ...base, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } }];
    case 'new':
      return [{ ...base, state: {} }];
    default:
      return [];
  }
}

interface Shorts {
  containers: Short[];
  init?: Short[];
  /** `running!`: and it has started. */
  sidecars?: Short[];
  policy?: string;
  podIsTerminal?: boolean;
  hasInitialized?: boolean;
  /** `1.34`. */
  version?: string;
}

function phase({
  containers,
  init = [],
  sidecars = [],
  policy = 'Always',
  podIsTerminal = false,
  hasInitialized = false,
  version = '1.34',
}: Shorts): PodPhase {
  const pod = {
    spec: {
      restartPolicy: policy,
      containers: containers.map((_, i) => ({ name: `c${i}` })),
      initContainers: [
        ...init.map((_, i) => ({ name: `i${i}` })),
        ...sidecars.map((_, i) => ({ name: `s${i}`, restartPolicy: 'Always' })),
      ],
    },
  } as never as Pod;
  return podPhase({
    pod,
    podIsTerminal,
    hasInitialized,
    profile: KUBELET_PROFILES[version] ?? DEFAULT_KUBELET_PROFILE,
    containerStatuses: containers.flatMap((short, i) => status(`c${i}`, short)),
    initContainerStatuses: [
      ...init.flatMap((short, i) => status(`i${i}`, short)),
      ...sidecars.flatMap((short, i) => status(`s${i}`, short)),
    ],
  });
}

describe('podPhase', () => {
  it.each<[PodPhase, string, Shorts]>([
    ['Pending', 'no status is there', { containers: ['none'] }],
    ['Pending', 'a container waits for its first start', { containers: ['running', 'waiting'] }],
    ['Pending', 'a container is in no state', { containers: ['running', 'new'] }],
    ['Running', 'all run', { containers: ['running', 'running'] }],
    ['Running', 'one runs, one is in back-off', { containers: ['running', 'crashloop 1'] }],
    ['Running', 'all are in back-off', { containers: ['crashloop 1'] }],
    ['Running', 'all have ended well, but will be restarted', { containers: ['exit 0'] }],
    ['Running', 'one runs, one has failed for good', { containers: ['running', 'exit 1'], policy: 'Never' }],
    ['Succeeded', 'all ended well', { containers: ['exit 0', 'exit 0'], policy: 'Never' }],
    ['Failed', 'one ended badly', { containers: ['exit 0', 'exit 1'], policy: 'Never' }],
    ['Succeeded', 'all ended well', { containers: ['exit 0'], policy: 'OnFailure' }],
    ['Running', 'one ended badly and will be restarted', { containers: ['exit 0', 'exit 1'], policy: 'OnFailure' }],
    ['Succeeded', 'the pod is over, all ended well', { containers: ['exit 0'], podIsTerminal: true }],
    ['Failed', 'the pod is over, one ended badly', { containers: ['exit 0', 'exit 137'], podIsTerminal: true }],
    ['Failed', 'the pod is over, one is in back-off', { containers: ['crashloop 0'], podIsTerminal: true }],
    ['Pending', 'an init container runs', { containers: ['waiting'], init: ['running'] }],
    ['Pending', 'an init container failed and is tried again', { containers: ['waiting'], init: ['exit 1'] }],
    ['Pending', 'an init container is in back-off', { containers: ['waiting'], init: ['crashloop 1'] }],
    ['Failed', 'an init container failed', { containers: ['waiting'], init: ['exit 1'], policy: 'Never' }],
    ['Running', 'init is done', { containers: ['running'], init: ['exit 0'] }],
    ['Pending', 'a sidecar runs, but has not started', { containers: ['waiting'], sidecars: ['running'] }],
    ['Pending', 'a sidecar has started, the container waits', { containers: ['waiting'], sidecars: ['running!'] }],
    ['Pending', 'nothing has run but an unstarted sidecar', { containers: ['running'], sidecars: ['running'] }],
    [
      'Running',
      'a sidecar starts again in a pod that has run',
      { containers: ['running'], sidecars: ['running'], hasInitialized: true },
    ],
    [
      'Running',
      'a sidecar has died in a pod that has run',
      { containers: ['running'], sidecars: ['exit 1'], hasInitialized: true },
    ],
    [
      'Running',
      'a sidecar outlives containers that ended',
      { containers: ['exit 0'], sidecars: ['running!'], policy: 'Never', hasInitialized: true },
    ],
    [
      'Succeeded',
      'sidecars have no say in success',
      { containers: ['exit 0'], sidecars: ['exit 137'], policy: 'Never', hasInitialized: true },
    ],
    [
      'Running',
      '1.34 waits to restart what a probe had killed and ended with 0',
      { containers: ['crashloop 0'], policy: 'OnFailure' },
    ],
    [
      'Failed',
      '1.36 sees that it need not be restarted',
      { containers: ['crashloop 0'], policy: 'OnFailure', version: '1.36' },
    ],
    [
      'Running',
      '1.36 has another one to restart',
      { containers: ['crashloop 0', 'crashloop 1'], policy: 'OnFailure', version: '1.36' },
    ],
  ])('is %s when %s', (expected, _when, shorts) => {
    expect(phase(shorts)).toBe(expected);
  });
});
