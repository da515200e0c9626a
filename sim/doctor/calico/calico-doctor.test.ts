import { describe, expect, it } from 'vitest';
import type { Event, Pod } from '../../kube/objects.ts';
import { leaves } from '../check.ts';
import type { DoctorInput } from '../cluster-view.ts';
import { diagnose } from '../doctor.ts';
import { calicoDoctor } from './calico-doctor.ts';
import { causeOf } from './causes.ts';

interface Given {
  name?: string;
  ready?: boolean;
  restarts?: number;
  ip?: string;
  env?: Record<string, string>;
  live?: string[];
  timeout?: number;
}

function pod(given: Given = {}): Pod {
  const { name = 'calico-node-x', ready = true, restarts = 0, ip = '10.0.0.1', timeout = 10 } = given;
  const probe = (flags: readonly string[]) => ({
    exec: { command: ['/bin/calico-node', ...flags] },
    timeoutSeconds: timeout,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'kube-system', uid: name, resourceVersion: '1', creationTimestamp: '' },
    spec: {
      containers: [
        {
          name: 'calico-node',
          image: 'calico/node:v3.23.5',
          env: Object.entries({ FELIX_HEALTHENABLED: 'true', ...given.env }).map(([key, value]) => ({
            name: key,
            value,
          })),
          livenessProbe: probe(given.live ?? ['-felix-live', '-bird-live']),
          readinessProbe: probe(['-felix-ready', '-bird-ready']),
        },
      ],
    },
    status: {
      phase: 'Running',
      podIP: ip,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        { name: 'calico-node', ready, restartCount: restarts, image: '', imageID: '', state: { running: {} } },
      ],
    },
  } as unknown as Pod;
}

function unhealthy(message: string, about = 'calico-node-x'): Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: message, namespace: 'kube-system' },
    involvedObject: { kind: 'Pod', namespace: 'kube-system', name: about, fieldPath: 'spec.containers{calico-node}' },
    reason: 'Unhealthy',
    message,
    type: 'Warning',
    lastTimestamp: '2026-01-01T00:00:00Z',
  } as unknown as Event;
}

function findings(pods: Pod[], events: Event[] = [], lines: string[] = []) {
  const logs =
    lines.length === 0 ? [] : [{ namespace: 'kube-system', pod: 'calico-node-x', container: 'calico-node', lines }];
  const input: DoctorInput = { origin: 'run', objects: pods, events, logs };
  return leaves(diagnose(calicoDoctor, input, 'a test').checks).filter(({ status }) => status !== 'Success');
}

const NOT_READY = 'Readiness probe failed: calico/node is not ready: ';

describe('a pod of calico-node', () => {
  it('that is well has nothing to be said', () => {
    expect(findings([pod()])).toEqual([]);
  });

  it('is not there at all', () => {
    expect(findings([])).toMatchObject([{ rule: 'calico-node', status: 'Unknown' }]);
  });

  it('is not ready: the text, its meaning, what to do', () => {
    const line =
      '2026-01-01 00:00:00.000 [INFO][1] confd/health.go 180: Number of node(s) with BGP peering established = 0\n';
    const message = `Readiness probe failed: ${line}calico/node is not ready: BIRD is not ready: BGP not established with 172.17.0.1`;
    expect(findings([pod({ ready: false })], [unhealthy(message)])).toMatchObject([
      {
        rule: 'calico-readiness',
        status: 'Failure',
        reason: expect.stringMatching(
          /^-bird-ready: "BIRD is not ready: BGP not established with 172\.17\.0\.1"\. .*docker0/,
        ),
        suggestion: expect.stringMatching(/^kubectl set env .*IP_AUTODETECTION_METHOD/),
      },
    ]);
  });

  it('names a missing peer that is a calico-node itself', () => {
    const peers = [pod({ name: 'a', ready: false }), pod({ name: 'b', ready: false, ip: '10.0.0.2' })];
    const message = `${NOT_READY}BIRD is not ready: BGP not established with 10.0.0.2`;
    const [first] = findings(peers, [unhealthy(message, 'a')]);
    expect(first?.reason).toContain('10.0.0.2 is b, which is not ready itself');
    expect(first?.suggestion).toMatch(/^Begin with b\./);
  });

  it('was restarted by its liveness probe and is well again: a warning', () => {
    const message =
      'Liveness probe failed: calico/node is not ready: bird/confd is not live: Service bird is not running. Output << down: /etc/service/enabled/bird: 2s, normally up >>';
    expect(findings([pod({ restarts: 1 })], [unhealthy(message)])).toMatchObject([
      {
        rule: 'calico-liveness',
        status: 'Warning',
        reason: expect.stringMatching(/^It was restarted once by its liveness probe: "bird\/confd is not live/),
      },
    ]);
  });

  it('was restarted and no probe said so: its start-up failed', () => {
    expect(findings([pod({ restarts: 2 })])).toMatchObject([
      {
        rule: 'calico-liveness',
        status: 'Warning',
        suggestion: 'kubectl logs -n kube-system calico-node-x -c calico-node -p',
      },
    ]);
  });
});

it('the log of a start-up that failed is told', () => {
  const lines = [
    "2026-01-01 00:00:00.000 [WARNING][9] startup/startup.go 1102: Calico node 'a' is already using the IPv4 address 10.9.9.9.",
    '2026-01-01 00:00:00.000 [ERROR][9] startup/startup.go 172: Terminating',
  ];
  expect(findings([pod({ restarts: 2 })], [], lines)[0]?.reason).toMatch(
    /Its log says: startup\/startup\.go 1102: Calico node 'a' is already using the IPv4 address 10\.9\.9\.9\.$/,
  );
});

describe('probes that cannot be right', () => {
  it.each<[string, Given, string]>([
    ['a flag of the wrong name', { live: ['-bird-read'] }, 'Failure calico-node has no flag -bird-read'],
    ['BIRD without BIRD', { env: { CALICO_NETWORKING_BACKEND: 'none' } }, 'Failure The backend is none'],
    ['no felix health', { env: { FELIX_HEALTHENABLED: 'false' } }, 'Warning FELIX_HEALTHENABLED is not "true"'],
    ['a second of time', { timeout: 1 }, 'Warning livenessProbe and readinessProbe give the command 1 s'],
    ['liveness without BIRD', { live: ['-felix-live'] }, 'Warning Liveness does not ask for BIRD'],
  ])('%s', (_, given, expected) => {
    const [finding] = findings([pod(given)]);
    expect(`${finding?.status} ${finding?.reason}`).toContain(expected);
  });
});

it.each([
  ['bird/confd is not live: exit status 1', 'bird-live'],
  ['bird is not live: fork/exec /bin/birdcl: no such file or directory', 'bird-live'],
  [
    'Felix is not live: Get "http://localhost:9099/liveness": dial tcp 127.0.0.1:9099: connect: connection refused',
    'felix-live',
  ],
  ['Felix is not live: liveness probe reporting 503', 'felix-live'],
  ['felix is not ready: readiness probe reporting 503', 'felix-ready'],
  [
    'felix is not ready: Get "http://localhost:9099/readiness": dial tcp: lookup localhost on 127.0.0.1:53: no such host',
    'felix-ready',
  ],
  [
    'felix is not ready: Get "http://localhost:9099/readiness": dial tcp 127.0.0.1:9099: connect: connection refused',
    'felix-ready',
  ],
  [
    'BIRD is not ready: failed to stat() nodename file: stat /var/lib/calico/nodename: no such file or directory',
    'bird-ready',
  ],
  ['BIRD is not ready: Error executing command: read unix @->/var/run/calico/bird.ctl: i/o timeout', 'bird-ready'],
  ['BIRD is not ready: graceful restart in progress', 'bird-ready'],
  ['command "/bin/calico-node -felix-ready -bird-ready" timed out', 'command'],
])('%s', (text, check) => {
  expect(causeOf(text)?.check).toBe(check);
});

it('a text of another program', () => {
  expect(causeOf('HTTP probe failed with statuscode: 500')).toBeUndefined();
});
