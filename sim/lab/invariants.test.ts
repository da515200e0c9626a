import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory, type Fact, type LabHistory, type ProbeResult, type ProbeType } from '../kube/fact.ts';
import { Invariants } from './invariants.ts';

const POD = { namespace: 'default', name: 'web', uid: 'pod-1' };
const ID = 'containerd://1';
const OF = { pod: POD, container: 'app', containerID: ID };

let clock: VirtualClock;
let history: LabHistory;
let invariants: Invariants;

beforeEach(() => {
  clock = new VirtualClock();
  history = createHistory({ clock });
  invariants = new Invariants(history);
});

/** Records a fact at a moment. */
function at(ms: number, fact: Fact): void {
  clock.runUntil(ms);
  history.record(fact);
}

function started(ms: number): void {
  at(ms, { kind: 'container', ...OF, attempt: 0, op: 'started' });
}

function probe(ms: number, type: ProbeType = 'liveness', result: 'success' | 'error' = 'success', tookMs = 1): void {
  at(ms + tookMs, { kind: 'probe', ...OF, probe: type, result, output: '', startedAt: ms });
}

function result(ms: number, type: ProbeType, value: ProbeResult): void {
  at(ms, { kind: 'result', ...OF, probe: type, result: value });
}

interface PodShape {
  probes?: readonly string[];
  running?: boolean;
  ready?: boolean;
  restarts?: number;
  waiting?: string;
  deleting?: boolean;
}

function pod(ms: number, shape: PodShape = {}, op: 'MODIFIED' | 'DELETED' = 'MODIFIED'): void {
  const { probes = [], running = true, ready = false, restarts = 0, waiting, deleting = false } = shape;
  const probed = Object.fromEntries(probes.map((name) => [name, {}]));
  const state =
    waiting !== undefined ? { waiting: { message: waiting } } : running ? { running: {} } : { terminated: {} };
  const object = {
    kind: 'Pod',
    metadata: { ...POD, labels: { app: 'web' }, ...(deleting ? { deletionTimestamp: 'now' } : {}) },
    spec: { containers: [{ name: 'app', ...probed }] },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', containerID: ID, restartCount: restarts, state }],
    },
  };
  at(ms, { kind: 'object', op, object: object as never });
}

function service(spec: Record<string, unknown> = {}): void {
  const metadata = { namespace: 'default', name: 'web', uid: 'service-1' };
  const object = { kind: 'Service', metadata, spec: { selector: { app: 'web' }, ...spec } };
  at(clock.now(), { kind: 'object', op: 'ADDED', object: object as never });
}

function slice(ms: number, ready: boolean | undefined): void {
  const metadata = { namespace: 'default', name: 'web-1', uid: 's-1', labels: { 'kubernetes.io/service-name': 'web' } };
  const endpoint = { addresses: ['10.0.0.1'], conditions: { ready }, targetRef: { uid: POD.uid, name: POD.name } };
  const object = { kind: 'EndpointSlice', metadata, endpoints: ready === undefined ? [] : [endpoint] };
  at(ms, { kind: 'object', op: 'MODIFIED', object: object as never });
}

const rules = () => invariants.violations.map(({ rule, at }) => `${at} ${rule}`);

describe('probes of containers that do not run', () => {
  const RULE = 'probe-of-a-container-that-does-not-run';

  it('notes one of a container that was never started', () => {
    probe(10);
    expect(rules()).toEqual([`11 ${RULE}`]);
  });

  it('notes one that begins after the container was published as terminated', () => {
    started(0);
    probe(10);
    pod(20, { running: false });
    probe(30);
    expect(rules()).toEqual([`31 ${RULE}`]);
  });

  it('lets a run go on that an error interrupts, but not another', () => {
    started(0);
    pod(15, { running: false });
    probe(15, 'liveness', 'error');
    probe(16, 'liveness', 'error');
    probe(18);
    expect(rules()).toEqual([`19 ${RULE}`]);
  });
});

describe('probes before started', () => {
  it('notes liveness while the startup probe has not succeeded, and not afterwards', () => {
    started(0);
    pod(1, { probes: ['startupProbe'] });
    probe(5, 'startup');
    probe(10);
    result(15, 'startup', 'Success');
    probe(20);
    expect(rules()).toEqual(['11 probe-before-started']);
  });

  it('after a kubelet restart excuses older containers until they have a startup result', () => {
    started(0);
    pod(1, { probes: ['startupProbe'] });
    result(2, 'startup', 'Success');
    invariants.kubeletStarted(50);
    probe(60);
    expect(rules()).toEqual([]);
    result(70, 'startup', 'Unknown');
    probe(80);
    expect(rules()).toEqual(['81 probe-before-started']);
  });
});

describe('stopped workers', () => {
  it('notes a probe that begins after its worker ended, and not one that ended with it', () => {
    started(0);
    const worker = { kind: 'worker', pod: POD, container: 'app', probe: 'liveness' } as const;
    at(1, { ...worker, op: 'added' });
    at(30, { ...worker, op: 'ended' });
    probe(29, 'liveness', 'success', 5);
    probe(40);
    at(50, { ...worker, op: 'added' });
    probe(60);
    expect(rules()).toEqual(['41 probe-by-a-stopped-worker']);
  });

  it('notes a probe while the kubelet is down', () => {
    started(0);
    invariants.kubeletStopped(10);
    probe(20);
    invariants.kubeletStarted(30);
    probe(40);
    expect(rules()).toEqual(['21 probe-by-a-stopped-worker']);
  });
});

describe('Ready', () => {
  const RULE = 'ready-without-readiness-success';
  const probes = ['readinessProbe'];

  it('needs a readiness probe that succeeded', () => {
    started(0);
    pod(1, { probes, ready: true });
    expect(rules()).toEqual([`1 ${RULE}`]);
  });

  it('needs nothing without a readiness probe, and is right after a success', () => {
    started(0);
    pod(1, { ready: true });
    pod(2, { probes });
    result(5, 'readiness', 'Success');
    pod(6, { probes, ready: true });
    expect(rules()).toEqual([]);
  });

  it('may come back unprobed after a kubelet restart, not with a known failure', () => {
    started(0);
    pod(1, { probes });
    invariants.kubeletStarted(10);
    pod(20, { probes, ready: true });
    result(30, 'readiness', 'Failure');
    pod(40, { probes });
    expect(rules()).toEqual([]);
    pod(900, { probes, ready: true });
    expect(rules()).toEqual([`900 ${RULE}`]);
  });
});

it('notes a restart count that falls', () => {
  pod(1, { restarts: 2 });
  pod(2, { restarts: 1 });
  expect(rules()).toEqual(['2 restart-count-fell']);
});

it('notes a back-off above five minutes', () => {
  pod(1, { waiting: 'back-off 5m0s restarting failed container=app' });
  pod(2, { waiting: 'back-off 5m20s restarting failed container=app' });
  expect(rules()).toEqual(['2 back-off-above-its-cap']);
});

describe('endpoints', () => {
  const RULE = 'endpoint-differs-from-its-pod';

  it('notes a ready endpoint of a pod that is not, once it had time to follow', () => {
    service();
    pod(1, { ready: true });
    slice(2, true);
    pod(1000, {});
    slice(1100, true);
    expect(rules()).toEqual([]);
    slice(1300, true);
    expect(rules()).toEqual([`1300 ${RULE}`]);
  });

  it('accepts it where the Service publishes not ready addresses', () => {
    service({ publishNotReadyAddresses: true });
    pod(1, {});
    slice(1000, true);
    invariants.end(5000);
    expect(rules()).toEqual([]);
  });

  it('notes a slice that nobody wrote any more, at the end', () => {
    service();
    pod(1, { ready: true });
    slice(2, true);
    pod(1000, {});
    invariants.end(1100);
    expect(rules()).toEqual([]);
    invariants.end(5000);
    expect(rules()).toEqual([`5000 ${RULE}`]);
  });

  it('notes one that was stale for a while, when its pod changes again', () => {
    service();
    pod(1, { ready: true });
    slice(2, true);
    pod(1000, { deleting: true, ready: true });
    pod(3000, {}, 'DELETED');
    expect(rules()).toEqual([`3000 ${RULE}`]);
  });

  it('notes the endpoint of a pod that is gone', () => {
    service();
    pod(1, { ready: true });
    slice(2, true);
    pod(1000, { ready: true }, 'DELETED');
    invariants.end(5000);
    expect(rules()).toEqual([`5000 ${RULE}`]);
  });

  it('notes a ready pod without an endpoint', () => {
    service();
    pod(1, { ready: true });
    slice(2, undefined);
    invariants.end(5000);
    expect(rules()).toEqual([`5000 ${RULE}`]);
  });
});
