import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory } from '../kube/fact.ts';
import type { Container, ContainerState, Pod, PodStatus, Probe } from '../kube/objects.ts';
import { ProbeManager } from './probe-manager.ts';
import { KUBELET_PROFILES, type KubeletProfile } from './profiles.ts';
import { createProbeResults } from './results.ts';

/** Every 10 s. */
export const PROBE: Probe = {
  exec: { command: ['true'] },
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};
/** All three probes. */
export const ALL = { startupProbe: PROBE, readinessProbe: PROBE, livenessProbe: PROBE };

/** A native sidecar with all three probes. */
export const SIDECAR: Container = { name: 'proxy', restartPolicy: 'Always', ...ALL };

interface SetUp {
  containers?: Container[];
  initContainers?: Container[];
  restartPolicy?: string;
  kubeletAgeMs?: number;
  version?: '1.34' | '1.36';
  missesTick?: (now: number) => boolean;
}

/** A node with one pod whose containers all run as `NAME-1`, started at run time 0. */
export class ProbedNode {
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

  /** As the runtime sees it: every container in this state. */
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
