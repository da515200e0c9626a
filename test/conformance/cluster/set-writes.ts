import type { WorkloadEntry } from './story.ts';

export interface SetWrite {
  name: string;
  at: number;
  entry: WorkloadEntry;
}

const BETWEEN_WRITES_MS = 4;

/**
 * The writes of ReplicaSets' statuses, in ms: those that were seen together some milliseconds apart, as they were made
 * one after the other.
 */
export function statusWritesOf(entries: readonly WorkloadEntry[]): SetWrite[] {
  const last = new Map<string, string>();
  const writes: SetWrite[] = [];
  for (const entry of entries) {
    const { name, t, status, conditions } = entry;
    const now = JSON.stringify([status, conditions]);
    const before = last.get(name);
    last.set(name, now);
    if (before === undefined || before === now) continue;
    writes.push({ name, entry, at: Math.max(Math.round(t * 1000), (writes.at(-1)?.at ?? 0) + BETWEEN_WRITES_MS) });
  }
  return writes;
}
