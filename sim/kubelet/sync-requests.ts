import type { Clock } from '../core/clock.ts';

/** Whether two requests of one moment are one hangs on microseconds. */
const SAME_MOMENT_MS = 60;

/**
 * The requests for work on one pod: those that come while one waits are one with it.
 * Models kubernetes v1.34 pkg/kubelet/pod_workers.go pendingUpdate.
 */
export class SyncRequests {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #merges: (waiting: boolean) => boolean;
  #pending = false;
  #pendingSince = Number.NEGATIVE_INFINITY;
  #lastBegin = Number.NEGATIVE_INFINITY;
  /** The request that was taken last and waits for a look at the runtime: what comes now may have been one with it. */
  #waiting: { takenAt: number; isTwin: boolean } | undefined;

  /**
   * `merges`, of a run that repeats a recorded one: a request in the moment of the last sync is part of it, or, if
   * `waiting`, is one with the request whose sync has not begun yet.
   */
  constructor(clock: Pick<Clock, 'now'>, merges: (waiting: boolean) => boolean) {
    this.#clock = clock;
    this.#merges = merges;
  }

  get isPending(): boolean {
    return this.#pending;
  }

  /** A request for a sync; false if it is part of the one just made. */
  add(): boolean {
    const now = this.#clock.now();
    if (now - this.#lastBegin <= SAME_MOMENT_MS && this.#merges(false)) return false;
    if (this.#isOneWithWaiting(now) && this.#merges(true)) return false;
    if (!this.#pending) this.#pendingSince = now;
    this.#pending = true;
    return true;
  }

  /** A request that is never one with another: for the pod's end. */
  insist(): void {
    this.#pending = true;
  }

  take(): void {
    this.#pending = false;
    const isTwin = this.#pendingSince - this.#lastBegin <= SAME_MOMENT_MS;
    this.#waiting = { takenAt: this.#clock.now(), isTwin };
  }

  /** A sync begins, or work for the pod's end: then nothing that waits is part of it. */
  begin(ending: boolean): void {
    this.#lastBegin = this.#clock.now();
    this.#waiting = undefined;
    if (ending || this.#lastBegin - this.#pendingSince > SAME_MOMENT_MS) return;
    if (this.#merges(false)) this.#pending = false;
  }

  /** Both are of one moment, or the one that waits was thought to be another than the sync that it came with. */
  #isOneWithWaiting(now: number): boolean {
    if (this.#waiting === undefined) return false;
    return this.#waiting.isTwin || now - this.#waiting.takenAt <= SAME_MOMENT_MS;
  }
}
