import type { Fact, ProbeType, StampedFact } from '../../sim/kube/fact.ts';
import type { KubeObject } from '../../sim/kube/objects.ts';

const UID = 'uid-web';
export const EPOCH = Date.UTC(2026, 0, 1);
const POD = { namespace: 'shop', name: 'web', uid: UID };

/** A small made-up run: start-up, three liveness failures from 20 s on, a restart, readiness coming and going. */
export function storyFacts(): StampedFact[] {
  const facts: StampedFact[] = [];
  const add = (at: number, fact: Fact) => facts.push({ ...fact, at, seq: facts.length } as StampedFact);
  const probe = (at: number, type: ProbeType, ok: boolean) =>
    add(at, {
      kind: 'probe',
      pod: POD,
      container: 'app',
      containerID: 'c0',
      probe: type,
      result: ok ? 'success' : 'failure',
      output: ok ? 'ok' : 'HTTP probe failed with statuscode: 503',
      startedAt: at,
    });
  const container = (at: number, rest: object) =>
    add(at, { kind: 'container', pod: POD, container: 'app', containerID: 'c0', attempt: 0, ...rest } as Fact);
  const object = (at: number, op: 'ADDED' | 'MODIFIED', value: unknown) =>
    add(at, { kind: 'object', op, object: value as KubeObject });

  object(0, 'ADDED', pod({ waiting: { reason: 'ContainerCreating' } }, 0, false));
  container(1000, { op: 'started' });
  object(1500, 'MODIFIED', pod({ running: { startedAt: iso(1000) } }, 0, false));
  probe(2000, 'startup', false);
  probe(4000, 'startup', true);
  add(4000, { kind: 'result', pod: POD, container: 'app', containerID: 'c0', probe: 'startup', result: 'Success' });
  probe(4001, 'readiness', true);
  add(4001, { kind: 'result', pod: POD, container: 'app', containerID: 'c0', probe: 'readiness', result: 'Success' });
  object(4010, 'MODIFIED', pod({ running: { startedAt: iso(1000) } }, 0, true));
  object(4014, 'ADDED', slice(true));
  for (const at of [10_000, 15_000]) probe(at, 'liveness', true);
  add(20_000, { kind: 'step', index: 0, text: 'app app /liveness → 503' });
  for (const [index, at] of [20_500, 25_000, 30_000].entries()) {
    probe(at, 'liveness', false);
    object(at + 5, index === 0 ? 'ADDED' : 'MODIFIED', unhealthy(index + 1, at));
  }
  container(30_010, { op: 'signalled', signal: 'SIGTERM', cause: 'liveness' });
  container(31_000, { op: 'exited', exitCode: 137 });
  container(31_100, { op: 'started', attempt: 1, containerID: 'c1' });
  object(31_500, 'MODIFIED', pod({ running: { startedAt: iso(31_100) } }, 1, false));
  object(31_510, 'MODIFIED', slice(false));
  add(32_000, { kind: 'log', pod: POD, container: 'app', containerID: 'c1', stream: 'stdout', line: 'listening' });
  return facts;
}

function iso(ms: number): string {
  return new Date(EPOCH + ms).toISOString();
}

function pod(state: object, restartCount: number, ready: boolean): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...POD, resourceVersion: '1', creationTimestamp: iso(0) },
    spec: {
      containers: [{ name: 'app', startupProbe: {}, livenessProbe: { failureThreshold: 3 }, readinessProbe: {} }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          state,
          ready,
          restartCount,
          lastState: restartCount > 0 ? { terminated: { exitCode: 137, finishedAt: iso(31_000) } } : {},
        },
      ],
    },
  };
}

function slice(ready: boolean): unknown {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: ['10.244.0.5'],
        conditions: { ready, serving: ready, terminating: false },
        targetRef: { kind: 'Pod', name: 'web', uid: UID },
      },
    ],
  };
}

function unhealthy(count: number, at: number): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web.1', namespace: 'shop' },
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'shop' },
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Liveness probe failed: HTTP probe failed with statuscode: 503',
    source: { component: 'kubelet' },
    firstTimestamp: iso(20_500),
    lastTimestamp: iso(at),
    eventTime: null,
    count,
  };
}
