import type { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import type { Pod, PodStatus } from '../../../sim/kube/objects.ts';
import type { KubeletProfile } from '../../../sim/kubelet/profiles.ts';
import { StatusManager } from '../../../sim/kubelet/status/status-manager.ts';
import { podConditions, runtimeStatus } from './recorder-status.ts';
import type { RuntimeContainer } from './runtime.ts';
import type { TraceEntry } from './scenario.ts';
import { statusEntry } from './status-entry.ts';

export interface PodStatusesOptions {
  clock: VirtualClock;
  profile: KubeletProfile;
  containers: readonly RuntimeContainer[];
  /** Between the making of a status and its setting: a scenario may have a millisecond in which workers see the old one. */
  lag(then: () => void): void;
  /** The status with what the probes say. */
  probed(pod: Pod, built: PodStatus): PodStatus;
  /** The pod as it is now. */
  pod(): Pod;
  log(entry: Omit<TraceEntry, 't'>): void;
}

/** The pod's status: made as the recorder made it, kept by the kubelet's real manager, written down when it changes. */
export class PodStatuses {
  readonly manager: StatusManager;
  readonly #options: PodStatusesOptions;
  #last = '';

  constructor(options: PodStatusesOptions) {
    this.#options = options;
    this.manager = new StatusManager({ clock: options.clock, profile: options.profile, onChange: () => {} });
  }

  /** generateAPIPodStatus and SetPodStatus. */
  update(pod: Pod, podIsTerminal: boolean, then: (status: PodStatus) => void): void {
    const { clock, containers, profile } = this.#options;
    const old = this.manager.getPodStatus(pod.metadata.uid) ?? pod.status;
    const time = (ms: number) => new Date(clock.epochMs + ms).toISOString();
    const built = runtimeStatus({ pod, old, containers, podIsTerminal, profile, time });
    const status = this.#options.probed(pod, built);
    const conditions = podConditions(pod, old, status, profile);
    this.#options.lag(() => {
      this.manager.setPodStatus(pod, { ...status, conditions });
      this.note();
      then(status);
    });
  }

  /** Writes the status down if it is another than before. */
  note(): void {
    const pod = this.#options.pod();
    const status = this.manager.getPodStatus(pod.metadata.uid);
    if (status === undefined) return;
    const entry = statusEntry(pod, status, this.#options.clock.epochMs);
    const text = JSON.stringify(entry);
    if (text === this.#last) return;
    this.#last = text;
    this.#options.log(entry);
  }
}
