import { VirtualClock } from '../../sim/core/virtual-clock.ts';

/** A run that does more than it can have to do: thrown out of the run that hangs. */
export class RunsWild extends Error {}

/** A virtual clock that gives a run so many timers and no more: a hang becomes an error with a place. */
export class BoundedClock extends VirtualClock {
  #left: number;

  constructor(steps: number) {
    super();
    this.#left = steps;
  }

  override step(): boolean {
    if (this.#left-- <= 0) throw new RunsWild(`more timers than a run of this length can need, at ${this.now()} ms`);
    return super.step();
  }
}
