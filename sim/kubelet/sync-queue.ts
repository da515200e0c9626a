import type { Clock, Timer } from '../core/clock.ts';

/**
 * Pods to sync again later. One entry a pod, a later one replaces it; looked at once a tick.
 * Models kubernetes v1.34 pkg/kubelet/util/queue/work_queue.go and the sync ticker of kubelet.go syncLoop.
 */
export class SyncQueue {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #phaseMs: number;
  readonly #timers = new Map<string, Timer>();
  readonly #onDue: (podUID: string) => void;

  constructor(options: { clock: Clock; tickMs: number; phaseMs: number; onDue(podUID: string): void }) {
    this.#clock = options.clock;
    this.#tickMs = options.tickMs;
    this.#phaseMs = options.clock.now() + options.phaseMs;
    this.#onDue = options.onDue;
  }

  /** `exact`: at that very moment instead of at the next tick. */
  enqueue(podUID: string, delayMs: number, exact = false): void {
    this.forget(podUID);
    const due = this.#clock.now() + delayMs;
    const tick = exact ? due : this.tickFrom(due);
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(podUID);
      this.#onDue(podUID);
    }, tick - this.#clock.now());
    this.#timers.set(podUID, timer);
  }

  /** The first tick at or after `at`, run time. */
  tickFrom(at: number): number {
    return this.#phaseMs + Math.ceil((at - this.#phaseMs) / this.#tickMs) * this.#tickMs;
  }

  forget(podUID: string): void {
    this.#clock.clearTimeout(this.#timers.get(podUID));
    this.#timers.delete(podUID);
  }

  stop(): void {
    for (const podUID of [...this.#timers.keys()]) this.forget(podUID);
  }
}
