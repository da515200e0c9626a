import type { Story } from './story.ts';

/** A sync of the run this close to a recorded one is that one. */
const SAME_SYNC_MS = 25;

/** The syncs of a recording, by recorded pod, in ms; those that the run has made are not to come any more. */
export class RecordedSyncs {
  readonly #all = new Map<string, number[]>();
  readonly #ends = new Map<string, number[]>();
  readonly #lasts = new Map<string, number[]>();
  readonly #made = new Map<string, Set<number>>();
  readonly #begun = new Map<string, number>();

  constructor(story: Story) {
    for (const { pod, t, kind } of story.syncs) {
      push(this.#all, pod, Math.round(t * 1000));
      if (kind === 'SyncTerminatingPod') push(this.#ends, pod, Math.round(t * 1000));
      if (kind === 'SyncTerminatedPod') push(this.#lasts, pod, Math.round(t * 1000));
    }
  }

  of(pod: string): readonly number[] {
    return this.#all.get(pod) ?? [];
  }

  /** When the pod was begun to be ended next. */
  nextEnd(pod: string, after: number): number | undefined {
    return this.#ends.get(pod)?.find((t) => t > after);
  }

  /** When the pod, all of it being over, was synced last. */
  nextLast(pod: string, after: number): number | undefined {
    return this.#lasts.get(pod)?.find((t) => t > after);
  }

  /** The first at or after `from` that the run has not made yet. */
  next(pod: string, from: number): number | undefined {
    const made = this.#made.get(pod);
    return this.of(pod).find((t) => t >= from && made?.has(t) !== true);
  }

  /** When the run began its last sync of the pod. */
  lastBegun(pod: string): number | undefined {
    return this.#begun.get(pod);
  }

  /** The run has synced the pod. */
  noteMade(pod: string, at: number): void {
    this.#begun.set(pod, at);
    const made = this.#made.get(pod) ?? new Set();
    this.#made.set(pod, made);
    const open = this.of(pod).filter((t) => !made.has(t) && Math.abs(t - at) <= SAME_SYNC_MS);
    const nearest = open.sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    if (nearest !== undefined) made.add(nearest);
  }
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key) ?? [];
  map.set(key, list);
  list.push(value);
}
