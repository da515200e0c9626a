import type { Clock, Timer } from '../core/clock.ts';

/**
 * The sync loop's clean-up, on a grid of its own: what is noted meanwhile is done at the next tick, all in turn. A node
 * with nothing to clean up after costs nothing.
 * Models kubernetes v1.34 pkg/kubelet/kubelet.go syncLoop (housekeepingPeriod) and kubelet_pods.go HandlePodCleanups.
 */
export class Housekeeping {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #firstAt: number;
  #jobs: (() => void)[] = [];
  #timer: Timer | undefined;

  /** `firstAt`: run time of any tick of the grid; before it there is none. */
  constructor(options: { clock: Clock; periodMs: number; firstAt: number }) {
    this.#clock = options.clock;
    this.#periodMs = options.periodMs;
    this.#firstAt = options.firstAt;
  }

  atNextTick(job: () => void): void {
    this.#jobs.push(job);
    if (this.#timer !== undefined) return;
    const now = this.#clock.now();
    const ticks = Math.floor((now - this.#firstAt) / this.#periodMs) + 1;
    const next = this.#firstAt + Math.max(0, ticks) * this.#periodMs;
    this.#timer = this.#clock.setTimeout(() => this.#tick(), next - now);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#jobs = [];
  }

  #tick(): void {
    this.#timer = undefined;
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const job of jobs) job();
  }
}
