import type { Clock, Timer } from '../core/clock.ts';
import type { Pod, PodStatus } from '../kube/objects.ts';
import { activeDeadline } from './active-deadline.ts';
import type { StartFailure } from './container-statuses.ts';
import { generatePodStatus } from './pod-status.ts';
import type { PodEvents } from './ports.ts';
import type { ProbeManager } from './probe-manager.ts';
import type { KubeletProfile } from './profiles.ts';
import type { RuntimePod } from './runtime-state.ts';
import type { StatusManager } from './status/status-manager.ts';

export interface PodPublicationDeps {
  clock: Clock;
  events: PodEvents;
  probes: ProbeManager;
  statuses: StatusManager;
  profile: KubeletProfile;
  node: { name: string; ip: string };
  deadlineTick(pod: Pod, at: number): number;
}

export interface PodPublicationOptions {
  /** Why the last start of a container failed. */
  startFailure(container: string): StartFailure | undefined;
  /** The sync loop has found the pod past its deadline. */
  deadlinePassed(): void;
}

export interface KnownOfPod {
  pod: Pod;
  runtime: RuntimePod;
  /** Everything of the pod has been stopped. */
  podIsTerminal: boolean;
  /** The pod is being ended: its deadline is of no account. */
  isEnding: boolean;
}

/**
 * Makes a pod's status from what the kubelet knows and hands it to the status manager; one that is past its deadline
 * fails here.
 * Models kubernetes v1.34 pkg/kubelet/kubelet.go SyncPod and active_deadline.go ShouldSync, ShouldEvict.
 */
export class PodPublication {
  readonly #deps: PodPublicationDeps;
  readonly #options: PodPublicationOptions;
  #deadline: Timer | undefined;

  constructor(deps: PodPublicationDeps, options: PodPublicationOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  publish({ pod, runtime, podIsTerminal, isEnding }: KnownOfPod): PodStatus {
    const { clock, events, probes, statuses, node, profile } = this.#deps;
    const { startFailure } = this.#options;
    const previous = statuses.getPodStatus(pod.metadata.uid) ?? pod.status;
    const deadline = activeDeadline(clock, pod, previous);
    const passed = deadline?.passed === true;
    if (passed) events.podEvent(pod, 'Normal', 'DeadlineExceeded', deadline.message);
    else if (deadline !== undefined && !isEnding) this.#awaitDeadline(pod, deadline.at);
    const eviction = passed ? { eviction: { reason: 'DeadlineExceeded', message: deadline.message } } : {};
    const known = { clock, pod, runtime, podIsTerminal, startFailure, previous, profile, probes };
    const status = generatePodStatus({ ...known, hostIP: node.ip, ...eviction });
    statuses.setPodStatus(pod, status);
    return status;
  }

  stop(): void {
    this.#deps.clock.clearTimeout(this.#deadline);
  }

  /** A pod that is past its deadline is synced at the sync loop's next tick. */
  #awaitDeadline(pod: Pod, at: number): void {
    if (this.#deadline !== undefined) return;
    const { clock, deadlineTick } = this.#deps;
    this.#deadline = clock.setTimeout(this.#options.deadlinePassed, deadlineTick(pod, at) - clock.now());
  }
}
