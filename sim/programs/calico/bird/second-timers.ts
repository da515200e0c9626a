import type { ProgramHost } from '../../host.ts';

/** A timer that runs. */
export interface SecondTimer {
  stop(): void;
  /** Whole seconds until it fires, as `show protocols all` counts them. */
  left(): number;
}

/**
 * Timers of BGP in BIRD 1.6. Its clock knows whole seconds only: one of two seconds fires after one to two. Up to a quarter
 * of the time is left to chance: one of twenty seconds fires after fifteen to twenty.
 * Models bird 1.6 proto/bgp/bgp.c bgp_start_timer, lib/timer.c tm_start.
 */
export class SecondTimers {
  readonly #clock: ProgramHost['clock'];
  readonly #random: ProgramHost['random'];

  constructor(host: Pick<ProgramHost, 'clock' | 'random'>) {
    this.#clock = host.clock;
    this.#random = host.random.bind(host);
  }

  start(seconds: number, fire: () => void): SecondTimer {
    const now = this.#clock.epochMs + this.#clock.now();
    const chance = Math.floor(seconds / 4);
    const drawn = chance === 0 ? 0 : Math.floor(this.#random() * (chance + 1));
    const at = (Math.floor(now / 1000) + seconds - chance + drawn) * 1000;
    const timer = this.#clock.setTimeout(fire, Math.max(0, at - now));
    const second = () => Math.floor((this.#clock.epochMs + this.#clock.now()) / 1000);
    return { stop: () => this.#clock.clearTimeout(timer), left: () => Math.max(0, at / 1000 - second()) };
  }
}
