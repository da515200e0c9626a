import { VirtualClock } from '../../sim/core/virtual-clock.ts';
import { createHistory } from '../../sim/kube/fact.ts';
import type { Pod, PodStatus, Probe } from '../../sim/kube/objects.ts';
import { ProbeManager } from '../../sim/kubelet/probe-manager.ts';
import { ContainerProber } from '../../sim/kubelet/prober/prober.ts';
import { DEFAULT_KUBELET_PROFILE } from '../../sim/kubelet/profiles.ts';
import { createProbeResults } from '../../sim/kubelet/results.ts';

/**
 * What a probe costs in workers, manager, prober and results alone, at steady state: three probes a pod, every 10 s.
 * usage: node test/bench/probe-workers.ts [PODS] [HOURS]
 */
const pods = Number(process.argv[2] ?? 1);
const hours = Number(process.argv[3] ?? 24);

const clock = new VirtualClock();
const history = createHistory({ clock, level: pods > 10 ? 'changes' : 'attempts' });
const statuses = new Map<string, PodStatus>();
let probes = 0;
const results = createProbeResults({ clock, history, onUpdate: () => {} });
const prober = new ContainerProber({
  clock,
  history,
  handlers: {
    attempt: (_run, done) => {
      probes++;
      clock.setTimeout(() => done({ result: 'success', output: '' }), 3);
    },
  },
  events: { event: () => {} },
});
const manager = new ProbeManager({
  clock,
  random: { next: () => 0.5 },
  history,
  prober,
  statusSource: { getPodStatus: (uid) => statuses.get(uid) },
  results,
  profile: DEFAULT_KUBELET_PROFILE,
  startedAtMs: -3_600_000,
});

const probe: Probe = { exec: { command: ['true'] }, periodSeconds: 10, initialDelaySeconds: 5 };
for (let i = 0; i < pods; i++) {
  const uid = `pod-${i}`;
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, namespace: 'default', uid, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      containers: ['a', 'b', 'c'].map((name, index) => ({
        name,
        image: 'img',
        ...(index % 2 === 0 ? { livenessProbe: probe } : { readinessProbe: probe }),
      })),
    },
    status: {},
  };
  statuses.set(uid, {
    phase: 'Running',
    containerStatuses: pod.spec.containers.map(({ name }) => ({
      name,
      image: 'img',
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      containerID: `virtual://${uid}-${name}`,
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    })),
  });
  clock.setTimeout(() => manager.addPod(pod), i * 7);
}

const cpuBefore = process.cpuUsage();
const before = performance.now();
clock.runUntil(hours * 3_600_000);
const ms = performance.now() - before;
const cpuUs = process.cpuUsage(cpuBefore).user;
const heapMb = process.memoryUsage().heapUsed / 1e6;
console.log(
  `${probes} probes in ${ms.toFixed(0)} ms: ${((ms * 1000) / probes).toFixed(2)} µs a probe (${(cpuUs / probes).toFixed(2)} of CPU), heap ${heapMb.toFixed(0)} MB`,
);
