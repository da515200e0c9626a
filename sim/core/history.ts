import type { Clock } from './clock.ts';

/** A fact as it lies in a history: stamped with the run time in ms and its place in the order of recording. */
export type Stamped<F> = F & { readonly at: number; readonly seq: number };

/** How much is kept. `attempts`: everything. `changes`: what `keep` lets through (thousands of pods). */
export type HistoryLevel = 'attempts' | 'changes';

export interface HistoryOptions<F> {
  clock: Pick<Clock, 'now'>;
  level?: HistoryLevel;
  /** At level `changes`: true for a fact that is kept. Default: all. */
  keep?: (fact: F) => boolean;
  /** Facts kept at most; later ones are counted in `dropped`. Default 5,000,000. */
  limit?: number;
}

/** The append-only record of one run. Every output is a projection of it. */
export class History<F extends { readonly kind: string }> {
  readonly level: HistoryLevel;
  /** Facts that were not kept because `limit` was reached. */
  dropped = 0;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #keep: ((fact: F) => boolean) | undefined;
  readonly #limit: number;
  readonly #facts: Stamped<F>[] = [];
  readonly #listeners: ((fact: Stamped<F>) => void)[] = [];
  #seq = 0;

  constructor(options: HistoryOptions<F>) {
    this.#clock = options.clock;
    this.level = options.level ?? 'attempts';
    this.#keep = options.keep;
    this.#limit = options.limit ?? 5_000_000;
  }

  get facts(): readonly Stamped<F>[] {
    return this.#facts;
  }

  /** Records a fact now. Listeners see every fact, kept or not. */
  record(fact: F): void {
    // The fact's own object is stamped: a copy per probe attempt would cost more than the attempt.
    const stamped = fact as Stamped<F> & { at: number; seq: number };
    stamped.at = this.#clock.now();
    stamped.seq = this.#seq++;
    if (this.level === 'attempts' || this.#keep === undefined || this.#keep(fact)) {
      if (this.#facts.length < this.#limit) this.#facts.push(stamped);
      else this.dropped++;
    }
    for (const listener of this.#listeners) listener(stamped);
  }

  /** Calls `listener` for every fact recorded from now on; returns the way to stop. */
  subscribe(listener: (fact: Stamped<F>) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      const index = this.#listeners.indexOf(listener);
      if (index >= 0) this.#listeners.splice(index, 1);
    };
  }
}
