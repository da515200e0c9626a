import { describe, expect, it } from 'vitest';
import type { ContainerState } from '../kube/objects.ts';
import { PROBE, ProbedNode, SIDECAR } from './probed-node.fixture.ts';

describe('ProbeManager after a kubelet restart, the container is 40 s older', () => {
  const setUp = (version: '1.34' | '1.36', ready: string, startedAt = '2025-12-31T23:59:20Z') => {
    const node = new ProbedNode({ containers: [{ name: 'app', readinessProbe: PROBE }], kubeletAgeMs: 0, version });
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
    const node = new ProbedNode({
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
