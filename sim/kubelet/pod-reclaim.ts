import type { Clock, Timer } from '../core/clock.ts';

export interface PodReclaimOptions {
  clock: Clock;
  /** From the last sync to the end of the clean-up: volumes unmounted, cgroups gone. */
  reclaimMs: number;
  /** The node has cleaned up: the object may go. */
  reclaimed(): void;
  /** Nobody needs the worker any more. */
  over(): void;
}

/**
 * The end of a finished pod: it stays until it is deleted, then goes when the node has cleaned up after it.
 * Models kubernetes v1.34 pkg/kubelet/kubelet_pods.go PodCouldHaveRunningContainers and status_manager.go canBeDeleted.
 */
export class PodReclaim {
  readonly #options: PodReclaimOptions;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(options: PodReclaimOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Looks whether the pod may go; to be called again when its object has changed. */
  consider(object: { deleted: boolean; gone: boolean }): void {
    if (object.gone && this.#timer !== undefined) {
      this.#end();
      return;
    }
    if (!(object.deleted || object.gone) || this.#timer !== undefined) return;
    const { clock, reclaimMs, reclaimed } = this.#options;
    this.#timer = clock.setTimeout(() => {
      if (!object.gone) reclaimed();
      this.#end();
    }, reclaimMs);
  }

  abandon(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }

  #end(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#isOver = true;
    this.#options.over();
  }
}
