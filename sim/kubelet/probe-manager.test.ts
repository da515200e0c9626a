import { describe, expect, it } from 'vitest';
import type { ContainerState } from '../kube/objects.ts';
import { ALL, PROBE, ProbedNode, SIDECAR } from './probed-node.fixture.ts';

describe('ProbeManager.addPod', () => {
  it('starts startup, readiness, liveness of each container, sidecars last, regular init containers never', () => {
    const node = new ProbedNode({
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
    const node = new ProbedNode();
    node.manager.addPod(node.pod);
    node.manager.addPod(node.pod);
    expect(node.workers).toHaveLength(3);
  });

  it.each([
    ['not if a live worker precedes it (#132826)', ['web', 'job'], []],
    ['but again and again if it comes first', ['job', 'web'], ['10000 job liveness added', '10000 job liveness ended']],
  ])('does not bring back the worker of a finished container: %s', (_when, names, again) => {
    const node = new ProbedNode({
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
    const node = new ProbedNode({ containers: [{ name: 'app', livenessProbe: PROBE }], kubeletAgeMs: 9999 });
    node.sync();
    node.clock.runUntil(13_000);
    expect(node.probes).toEqual(['2500 app liveness', '12500 app liveness']);
  });

  it('does not once it is as old', () => {
    const node = new ProbedNode({ containers: [{ name: 'app', livenessProbe: PROBE }], kubeletAgeMs: 10_000 });
    node.sync();
    node.clock.runUntil(1000);
    expect(node.probes).toEqual(['0 app liveness']);
  });
});

describe('ProbeManager: the pod goes', () => {
  it('stops liveness and startup of regular containers only', () => {
    const node = new ProbedNode({ initContainers: [SIDECAR] });
    node.manager.addPod(node.pod);
    node.clock.runUntil(5000);
    node.manager.stopLivenessAndStartup(node.pod);
    expect(node.workers.slice(6)).toEqual(['5000 app liveness ended', '5000 app startup ended']);
  });

  it('stops everything on removal, and can start anew', () => {
    const node = new ProbedNode({ initContainers: [SIDECAR] });
    node.manager.addPod(node.pod);
    node.clock.runUntil(5000);
    node.manager.removePod(node.pod);
    expect(node.workers.slice(6)).toHaveLength(6);
    expect(node.clock.pending).toBe(0);
    node.manager.addPod(node.pod);
    expect(node.workers.slice(12)).toHaveLength(6);
  });

  it('cleans up pods that are not desired', () => {
    const node = new ProbedNode();
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
    const node = new ProbedNode({ containers: [{ name: 'app', readinessProbe: PROBE }] });
    node.sync({ waiting: { reason: 'ContainerCreating' } });
    node.clock.runUntil(3456);
    node.sync();
    expect(node.probes).toEqual([]);
    node.clock.runUntil(14_000);
    expect(node.probes).toEqual(['3456 app readiness', '13456 app readiness']);
  });

  it('leaves a ready container alone', () => {
    const node = new ProbedNode({ containers: [{ name: 'app', readinessProbe: PROBE }] });
    node.sync();
    node.clock.runUntil(5000);
    const before = node.probes.length;
    expect(node.sync().containerStatuses?.[0]?.ready).toBe(true);
    node.clock.runUntil(5000);
    expect(node.probes).toHaveLength(before);
  });

  it('drops a poke whose worker has ended meanwhile', () => {
    const node = new ProbedNode({ containers: [{ name: 'app', readinessProbe: PROBE }] });
    node.sync();
    node.sync();
    node.manager.removePod(node.pod);
    node.clock.runUntil(60_000);
    expect(node.probes).toEqual(['0 app readiness']);
  });

  it('counts a container as ready and started while it has no worker, whatever its spec', () => {
    const node = new ProbedNode();
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
    const node = new ProbedNode({ initContainers: [{ name: 'setup' }] });
    const init = (state: ContainerState) =>
      node.manager.updatePodStatus(node.pod, node.status(state)).initContainerStatuses?.[0];
    expect(init({ terminated: { exitCode: 0 } })).toMatchObject({ ready: true, started: false });
    expect(init({ terminated: { exitCode: 1 } })).toMatchObject({ ready: false, started: false });
    expect(init({ running: {} })).toMatchObject({ ready: false, started: true });
  });
});

describe('a tick that comes before the status of its moment', () => {
  it('probes nothing; the period goes on', () => {
    const node = new ProbedNode({
      containers: [{ name: 'app', livenessProbe: PROBE }],
      missesTick: (now) => now === 0,
    });
    node.sync();
    node.manager.addPod(node.pod);
    node.clock.runUntil(25_000);
    expect(node.probes).toEqual(['10000 app liveness', '20000 app liveness']);
  });
});
