import { LabError } from '../sim/core/errors.ts';
import { err } from './streams.ts';

/** Tells a run to stop: on Ctrl-C, on SIGTERM, or when its wall-clock time is up. */
export class Interrupt {
  readonly #deadline: number | undefined;
  readonly #controller = new AbortController();
  readonly #handler = () => this.#interrupt();
  #timer: NodeJS.Timeout | undefined;
  #reason: 'interrupted' | 'timeout' | undefined;

  /**
   * `timeoutMs`: wall-clock limit of the whole command. `signals`: false leaves Ctrl-C as it is: a virtual run has
   * nothing to clean up, and ends at once.
   */
  constructor({ timeoutMs, signals }: { timeoutMs?: number; signals: boolean }) {
    this.#deadline = timeoutMs === undefined ? undefined : Date.now() + timeoutMs;
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#stop('timeout'), timeoutMs);
    if (!signals) return;
    process.on('SIGINT', this.#handler);
    process.on('SIGTERM', this.#handler);
  }

  /** Aborted when the run has to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Looks at the time: a virtual run holds the event loop, so that no timer comes through. */
  check(): void {
    if (this.#deadline !== undefined && Date.now() > this.#deadline) this.#stop('timeout');
  }

  /** The error that the stop stands for; undefined if nothing asked for it. */
  get error(): LabError | undefined {
    if (this.#reason === undefined) return undefined;
    return this.#reason === 'timeout'
      ? new LabError('WALL_CLOCK_LIMIT', 'the run took longer than --timeout allows')
      : new LabError('INTERRUPTED', 'the run was interrupted');
  }

  /** Back to what the process did about signals before. */
  dispose(): void {
    clearTimeout(this.#timer);
    process.off('SIGINT', this.#handler);
    process.off('SIGTERM', this.#handler);
  }

  #stop(reason: 'interrupted' | 'timeout'): void {
    this.#reason ??= reason;
    this.#controller.abort();
  }

  #interrupt(): void {
    if (this.#reason === 'interrupted') {
      // The second one: whoever presses it twice does not want to wait for the clean-up.
      process.exit(130);
    }
    err('\nStopping; once more to force.\n');
    this.#stop('interrupted');
  }
}
