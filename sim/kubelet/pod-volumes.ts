import type { Clock, Timer } from '../core/clock.ts';
import type { Pod } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { PodEvents } from './ports.ts';
import type { KubeletTimings } from './timings.ts';
import { mountFailures } from './volumes.ts';

/** A sync gives up waiting for volumes after this long (podAttachAndMountTimeout). */
const MOUNT_TIMEOUT_MS = 123_000;

export interface PodVolumesDeps {
  clock: Clock;
  store: Store;
  events: PodEvents;
  timings: KubeletTimings;
  /** How long this pod's mount takes, if a recorded run says it. */
  mountMs?(pod: Pod): number | undefined;
}

/**
 * A pod's volumes: mounted once, tried again with waits that double while a ConfigMap or Secret is missing. Nothing
 * watches the missing object: it is seen at the next try (spec/cluster.md S2.3).
 * Models kubernetes v1.34 pkg/kubelet/volumemanager WaitForAttachAndMount and the operation executor's back-off.
 */
export class PodVolumes {
  readonly #deps: PodVolumesDeps;
  #mounted = false;
  #nextTryAt = 0;
  #retryMs: number;
  #try: Timer | undefined;
  #giveUp: Timer | undefined;

  constructor(deps: PodVolumesDeps) {
    this.#deps = deps;
    this.#retryMs = deps.timings.mountRetryMs;
  }

  /** `done(true)` when they are mounted, `done(false)` when this sync has waited long enough. */
  await(pod: Pod, done: (mounted: boolean) => void): void {
    const { clock, timings } = this.#deps;
    if (this.#mounted) {
      this.#try = clock.setTimeout(() => done(true), timings.syncMs);
      return;
    }
    this.#giveUp = clock.setTimeout(() => {
      this.cancel();
      done(false);
    }, MOUNT_TIMEOUT_MS);
    const mountMs = this.#deps.mountMs?.(pod) ?? timings.mountMs;
    const delay = Math.max(mountMs, this.#nextTryAt - clock.now());
    this.#try = clock.setTimeout(() => this.#mount(pod, done), delay);
  }

  cancel(): void {
    this.#deps.clock.clearTimeout(this.#try);
    this.#deps.clock.clearTimeout(this.#giveUp);
  }

  #mount(pod: Pod, done: (mounted: boolean) => void): void {
    const { clock, store, events, timings } = this.#deps;
    const failures = mountFailures(store, pod);
    if (failures.length === 0) {
      this.#mounted = true;
      this.cancel();
      done(true);
      return;
    }
    for (const message of failures) events.podEvent(pod, 'Warning', 'FailedMount', message);
    this.#nextTryAt = clock.now() + this.#retryMs;
    this.#try = clock.setTimeout(() => this.#mount(pod, done), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, timings.mountRetryMaxMs);
  }
}
