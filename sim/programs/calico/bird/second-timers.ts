import type { ProgramHost } from '../../host.ts';

export type StopTimer = () => void;

/** Timers of BIRD 1.6, whose clock knows whole seconds only: one of two seconds fires after one to two. */
export class SecondTimers {
  readonly #clock: ProgramHost['clock'];

  constructor(host: Pick<ProgramHost, 'clock'>) {
    this.#clock = host.clock;
  }

  start(seconds: number, fire: () => void): StopTimer {
    const now = this.#clock.epochMs + this.#clock.now();
    const at = (Math.floor(now / 1000) + seconds) * 1000;
    const timer = this.#clock.setTimeout(fire, Math.max(0, at - now));
    return () => this.#clock.clearTimeout(timer);
  }
}
