import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory } from '../kube/fact.ts';
import type { Container, ContainerState, Pod, PodStatus, Probe } from '../kube/objects.ts';
import { ProbeManager } from './probe-manager.ts';
import { KUBELET_PROFILES, type KubeletProfile } from './profiles.ts';
import { createProbeResults } from './results.ts';

const PROBE: Probe = { exec: { command: ['true'] }, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const ALL = { startupProbe: PROBE, readinessProbe: PROBE, livenessProbe: PROBE };

interface SetUp {
  containers?: Container[];
  initContainers?: Container[];
  restartPolicy?: string;
  kubeletAgeMs?: number;
  version?: '1.34' | '1.36';
  missesTick?: (now: number) => boolean;
}

/** A node with one pod whose containers all run as `NAME-1`, started at run time 0. */
class Node {
  readonly clock = new VirtualClock();
  readonly probes: string[] = [];
  readonly workers: string[] = [];
  readonly manager: ProbeManager;
  readonly pod: Pod;
  readonly results;
  stored: PodStatus;

  constructor(options: SetUp = {}) {
    const { clock } = this;
    const { containers = [{ name: 'app', ...ALL }], initContainers = [], restartPolicy = 'Always' } = options;
    this.pod = {
      metadata: { namespace: 'default', name: 'web', uid: 'uid-1' },
      spec: { containers, initContainers, restartPolicy },
      status: {},
    } as never as Pod;
    const history = createHistory({ clock });
    history.subscribe((fact) => {
      if (fact.kind === 'worker') this.workers.push(`${clock.now()} ${fact.container} ${fact.probe} ${fact.op}`);
    });
    this.results = createProbeResults({ clock, history, onUpdate: () => {} });
    this.stored = this.status({ running: { startedAt: '2026-01-01T00:00:00Z' } });
    this.manager = new ProbeManager({
      clock,
      history,
      random: { next: () => 0.25 },
      results: this.results,
      profile: KUBELET_PROFILES[options.version ?? '1.34'] as KubeletProfile,
      startedAtMs: -(options.kubeletAgeMs ?? 3_600_000),
      statusSource: { getPodStatus: () => this.stored },
      ...(options.missesTick && { missesTick: () => options.missesTick?.(clock.now()) === true }),
      prober: {
        probe: ({ container, probe }, done) => {
          this.probes.push(`${clock.now()} ${container.name} ${probe}`);
          clock.setTimeout(() => done({ result: 'Success', thrownAway: false }), 2);
        },
      },
    });
  }

  status(state: ContainerState): PodStatus {
    const convert = ({ name }: Container) => ({
      name,
      image: '',
      imageID: '',
      restartCount: 0,
      ready: false,
      containerID: `test://${name}-1`,
      state,
    });
    const { containers, initContainers = [] } = this.pod.spec;
    return {
      phase: 'Running',
      containerStatuses: containers.map(convert),
      initContainerStatuses: initContainers.map(convert),
    };
  }

  /** What a sync does: fill in, store, add. */
  sync(state: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } }): PodStatus {
    this.stored = this.manager.updatePodStatus(this.pod, this.status(state));
    this.manager.addPod(this.pod);
    return this.stored;
  }
}

const SIDECAR: Container = { name: 'proxy', restartPolicy: 'Always', ...ALL };

describe('ProbeManager.addPod', () => {
  it('starts startup, readiness, liveness of each container, sidecars last, regular init containers never', () => {
    const node = new Node({
      containers: [{ name: 'app', ...ALL }, { name: 'plain' }],
      initContainers: [{ name: 'setup' }, SIDECAR],
    });
    node.manager.addPod(node.pod);
    expect(node.workers).toEqual(
      ['app startup', 'app readiness', 'app liveness', 'proxy startup', 'proxy readiness', 'proxy liveness'].map(
        (worker) => `0 ${worker} added`,
      ),
    );
  });

  it('adds nothing a second time', () => {
    const node = new Node();
    node.manager.addPod(node.pod);
    node.manager.addPod(node.pod);
    expect(node.workers).toHaveLength(3);
  });

  it.each([
    ['not if a live worker precedes it (#132826)', ['web', 'job'], []],
    ['but again and again if it comes first', ['job', 'web'], ['10000 job liveness added', '10000 job liveness ended']],
  ])('does not bring back the worker of a finished container: %s', (_when, names, again) => {
    const node = new Node({
      containers: names.map((name) => ({ name, livenessProbe: PROBE })),
      restartPolicy: 'Never',
    });
    node.sync();
    const { containerStatuses = [] } = node.stored;
    const done: ContainerState = { terminated: { exitCode: 0 } };
    node.stored = {
      ...node.stored,
      containerStatuses: containerStatuses.map((status) =>
        status.name === 'job' ? { ...status, state: done } : status,
      ),
    };
    node.clock.runUntil(10_000);
    expect(node.workers.slice(2)).toEqual(['10000 job liveness ended']);
    node.manager.addPod(node.pod);
    expect(node.workers.slice(3)).toEqual(again);
  });

  it('spreads the first runs while the kubelet is younger than the period', () => {
    const node = new Node({ containers: [{ name: 'app', livenessProbe: PROBE }], kubeletAgeMs: 9999 });
    node.sync();
    node.clock.runUntil(13_000);
    expect(node.probes).toEqual(['2500 app liveness', '12500 app liveness']);
  });

  it('does not once it is as old', () => {
    const node = new Node({ containers: [{ name: 'app', livenessProbe: PROBE }], kubeletAgeMs: 10_000 });
    node.sync();
    node.clock.runUntil(1000);
    expect(node.probes).toEqual(['0 app liveness']);
  });
});

describe('ProbeManager: the pod goes', () => {
  it('stops liveness and startup of regular containers only', () => {
    const node = new Node({ initContainers: [SIDECAR] });
    node.manager.addPod(node.pod);
    node.clock.runUntil(5000);
    node.manager.stopLivenessAndStartup(node.pod);
    expect(node.workers.slice(6)).toEqual(['5000 app liveness ended', '5000 app startup ended']);
  });

  it('stops everything on removal, and can start anew', () => {
    const node = new Node({ initContainers: [SIDECAR] });
    node.manager.addPod(node.pod);
    node.clock.runUntil(5000);
    node.manager.removePod(node.pod);
    expect(node.workers.slice(6)).toHaveLength(6);
    expect(node.clock.pending).toBe(0);
    node.manager.addPod(node.pod);
    expect(node.workers.slice(12)).toHaveLength(6);
  });

  it('cleans up pods that are not desired', () => {
    const node = new Node();
    node.manager.addPod(node.pod);
    node.clock.runUntil(5000);
    node.manager.cleanupPods(new Set(['uid-1']));
    expect(node.workers).toHaveLength(3);
    node.manager.cleanupPods(new Set(['uid-2']));
    expect(node.workers.slice(3)).toHaveLength(3);
  });
});

describe('ProbeManager.updatePodStatus', () => {
  it('pokes readiness of a running container after the caller has stored the status', () => {
    const node = new Node({ containers: [{ name: 'app', readinessProbe: PROBE }] });
    node.sync({ waiting: { reason: 'ContainerCreating' } });
    node.clock.runUntil(3456);
    node.sync();
    expect(node.probes).toEqual([]);
    node.clock.runUntil(14_000);
    expect(node.probes).toEqual(['3456 app readiness', '13456 app readiness']);
  });

  it('leaves a ready container alone', () => {
    const node = new Node({ containers: [{ name: 'app', readinessProbe: PROBE }] });
    node.sync();
    node.clock.runUntil(5000);
    const before = node.probes.length;
    expect(node.sync().containerStatuses?.[0]?.ready).toBe(true);
    node.clock.runUntil(5000);
    expect(node.probes).toHaveLength(before);
  });

  it('drops a poke whose worker has ended meanwhile', () => {
    const node = new Node({ containers: [{ name: 'app', readinessProbe: PROBE }] });
    node.sync();
    node.sync();
    node.manager.removePod(node.pod);
    node.clock.runUntil(60_000);
    expect(node.probes).toEqual(['0 app readiness']);
  });

  it('counts a container as ready and started while it has no worker, whatever its spec', () => {
    const node = new Node();
    expect(node.manager.updatePodStatus(node.pod, node.stored).containerStatuses?.[0]).toMatchObject({
      started: true,
      ready: true,
    });
    node.manager.addPod(node.pod);
    expect(node.manager.updatePodStatus(node.pod, node.stored).containerStatuses?.[0]).toMatchObject({
      started: false,
      ready: false,
    });
  });

  it('calls a regular init container ready once it ended well', () => {
    const node = new Node({ initContainers: [{ name: 'setup' }] });
    const init = (state: ContainerState) =>
      node.manager.updatePodStatus(node.pod, node.status(state)).initContainerStatuses?.[0];
    expect(init({ terminated: { exitCode: 0 } })).toMatchObject({ ready: true, started: false });
    expect(init({ terminated: { exitCode: 1 } })).toMatchObject({ ready: false, started: false });
    expect(init({ running: {} })).toMatchObject({ ready: false, started: true });
  });
});

describe('ProbeManager after a kubelet restart, the container is 40 s older', () => {
  const setUp = (version: '1.34' | '1.36', ready: string, startedAt = '2025-12-31T23:59:20Z') => {
    const node = new Node({ containers: [{ name: 'app', readinessProbe: PROBE }], kubeletAgeMs: 0, version });
    node.pod.status = { conditions: [{ type: 'Ready', status: ready }] };
    const running: ContainerState = { running: { startedAt } };
    const readiness = () => {
      const status = node.sync(running);
      return status.containerStatuses?.[0]?.ready;
    };
    return { node, readiness };
  };

  it('1.34 flaps: ready before the worker exists, unready until it has probed', () => {
    const { readiness } = setUp('1.34', 'True');
    expect([readiness(), readiness()]).toEqual([true, false]);
  });

  it('1.36 keeps a ready pod ready, and sets no initial result', () => {
    const { node, readiness } = setUp('1.36', 'True');
    expect([readiness(), readiness()]).toEqual([true, true]);
    node.clock.runUntil(2500);
    expect(node.results.readiness.get('test://app-1')).toBeUndefined();
    node.clock.runUntil(2502);
    expect(node.results.readiness.get('test://app-1')).toBe('Success');
  });

  it.each([
    ['2025-12-31T23:59:49Z', 'outlived the restart', true],
    ['2025-12-31T23:59:50Z', 'starts anew', false],
  ])('1.36: a container that started at %s, the kubelet at midnight, %s', (startedAt, _, ready) => {
    const { node, readiness } = setUp('1.36', 'True', startedAt);
    expect([readiness(), readiness()]).toEqual([true, ready]);
    node.clock.runUntil(2500);
    expect(node.results.readiness.get('test://app-1')).toBe(ready ? undefined : 'Failure');
  });

  it('1.36 keeps an unready pod unready', () => {
    const { readiness } = setUp('1.36', 'False');
    expect([readiness(), readiness()]).toEqual([false, false]);
  });

  it('1.36 believes the API that the container had started, and seeds the startup result of a sidecar', () => {
    const node = new Node({
      containers: [{ name: 'app' }],
      initContainers: [SIDECAR],
      kubeletAgeMs: 0,
      version: '1.36',
    });
    const running: ContainerState = { running: { startedAt: '2025-12-31T23:59:20Z' } };
    const [proxy] = node.status(running).initContainerStatuses ?? [];
    node.pod.status = { initContainerStatuses: [{ ...proxy, started: true } as never] };
    node.sync(running);
    expect(node.sync(running).initContainerStatuses?.[0]?.started).toBe(true);
    node.clock.runUntil(2500);
    expect(node.results.startup.get('test://proxy-1')).toBe('Success');
    expect(node.probes.filter((probe) => probe.endsWith('startup'))).toEqual([]);
  });
});

describe('a tick that comes before the status of its moment', () => {
  it('probes nothing; the period goes on', () => {
    const node = new Node({ containers: [{ name: 'app', livenessProbe: PROBE }], missesTick: (now) => now === 0 });
    node.sync();
    node.manager.addPod(node.pod);
    node.clock.runUntil(25_000);
    expect(node.probes).toEqual(['10000 app liveness', '20000 app liveness']);
  });
});
