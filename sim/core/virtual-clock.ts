import type { Clock, Timer } from './clock.ts';

/** More than a run has timers: among those due at once a lower order comes first, then the one set first. */
const RANKS = 2 ** 48;

interface Entry extends Timer {
  fn: (() => void) | undefined;
}

/**
 * A clock that moves only when told to. `run` takes the earliest timer, sets `now` to *its* due time,
 * calls it, and repeats: no callback ever sees a time later than its own.
 */
export class VirtualClock implements Clock {
  readonly epochMs: number;
  #now: number;
  #seq = 0;
  #live = 0;
  readonly #heap: Entry[] = [];
  /** What the heap is sorted by, place by place: thousands of timers lie far apart in memory, these side by side. */
  readonly #dues: number[] = [];
  readonly #ranks: number[] = [];

  constructor(options: { epochMs?: number; startMs?: number } = {}) {
    this.epochMs = options.epochMs ?? Date.UTC(2026, 0, 1);
    this.#now = options.startMs ?? 0;
  }

  now(): number {
    return this.#now;
  }

  /** Timers that are still to run. */
  get pending(): number {
    return this.#live;
  }

  /** Due time of the earliest timer, if there is one. */
  get nextDue(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.due;
  }

  setTimeout(fn: () => void, delayMs: number, order = 0): Timer {
    const entry: Entry = { due: this.#now + Math.max(0, delayMs), fn };
    this.#live++;
    this.#push(entry, order * RANKS + this.#seq++);
    return entry;
  }

  clearTimeout(timer: Timer | undefined): void {
    const entry = timer as Entry | undefined;
    if (entry?.fn === undefined) return;
    entry.fn = undefined;
    this.#live--;
    // A cancelled entry stays in the heap until it surfaces; rebuild when most of the heap is dead, so memory stays bounded.
    if (this.#heap.length > 1024 && this.#live * 4 < this.#heap.length) this.#compact();
  }

  /** Runs every timer due up to and including `untilMs`, then sets `now` to it. `stop` is asked before each timer. */
  runUntil(untilMs: number, stop?: () => boolean): void {
    while (!stop?.()) {
      const due = this.nextDue;
      if (due === undefined || due > untilMs) {
        this.#now = Math.max(this.#now, untilMs);
        return;
      }
      this.step();
    }
  }

  /** Runs the earliest timer; false if there is none. */
  step(): boolean {
    this.#dropCancelled();
    const entry = this.#pop();
    if (entry === undefined) return false;
    const fn = entry.fn;
    entry.fn = undefined;
    this.#live--;
    this.#now = Math.max(this.#now, entry.due);
    fn?.();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0] !== undefined && this.#heap[0].fn === undefined) this.#pop();
  }

  #compact(): void {
    const entries = this.#heap.splice(0);
    const ranks = this.#ranks.splice(0);
    this.#dues.length = 0;
    for (const [i, entry] of entries.entries()) if (entry.fn !== undefined) this.#push(entry, ranks[i] as number);
  }

  #push(entry: Entry, rank: number): void {
    const { due } = entry;
    const dues = this.#dues;
    const ranks = this.#ranks;
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    dues.push(due);
    ranks.push(rank);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const dueAbove = dues[parent] as number;
      if (dueAbove < due || (dueAbove === due && (ranks[parent] as number) < rank)) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#put(entry, rank, i);
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const dues = this.#dues;
    const ranks = this.#ranks;
    const top = heap[0];
    const last = heap.pop();
    const due = dues.pop() as number;
    const rank = ranks.pop() as number;
    const length = heap.length;
    if (top === undefined || last === undefined || length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      let dueBelow = dues[child] as number;
      if (child + 1 < length) {
        const other = dues[child + 1] as number;
        if (other < dueBelow || (other === dueBelow && (ranks[child + 1] as number) < (ranks[child] as number))) {
          child++;
          dueBelow = other;
        }
      }
      if (due < dueBelow || (due === dueBelow && rank < (ranks[child] as number))) break;
      this.#move(child, i);
      i = child;
    }
    this.#put(last, rank, i);
    return top;
  }

  #move(from: number, to: number): void {
    this.#dues[to] = this.#dues[from] as number;
    this.#ranks[to] = this.#ranks[from] as number;
    this.#heap[to] = this.#heap[from] as Entry;
  }

  #put(entry: Entry, rank: number, place: number): void {
    this.#dues[place] = entry.due;
    this.#ranks[place] = rank;
    this.#heap[place] = entry;
  }
}
