import type { Clock, Timer } from './clock.ts';

interface Entry extends Timer {
  readonly order: number;
  readonly seq: number;
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
    const entry: Entry = { due: this.#now + Math.max(0, delayMs), order, seq: this.#seq++, fn };
    this.#live++;
    this.#push(entry);
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
    const live = this.#heap.filter((entry) => entry.fn !== undefined);
    this.#heap.length = 0;
    for (const entry of live) this.#push(entry);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry;
      if (before(above, entry)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      const below = heap[child] as Entry;
      if (before(last, below)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

function before(a: Entry, b: Entry): boolean {
  if (a.due !== b.due) return a.due < b.due;
  if (a.order !== b.order) return a.order < b.order;
  return a.seq < b.seq;
}
