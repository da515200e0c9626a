import type { Story } from './story.ts';

/** A recorded write of a pod. Milliseconds. */
export interface PodWrite {
  pod: string;
  /** MODIFIED: the kubelet's; OTHERS: changed by another. */
  op: 'ADDED' | 'MODIFIED' | 'OTHERS' | 'DELETED';
  at: number;
  /** It has an address. */
  ip: boolean;
  ready: boolean;
  deleting: boolean;
  /** Nothing of the pod runs any more, or it is gone. */
  over: boolean;
}

const BETWEEN_WRITES_MS = 4;

/** A recording's writes of pods, those that were seen together some milliseconds apart: the kubelet makes one at a time. */
export function podWritesOf(story: Story): PodWrite[] {
  const writes: PodWrite[] = [];
  for (const { op, pod, t, phase, ip, conditions, deleting, containers } of story.pods) {
    const after = writes.at(-1)?.at ?? 0;
    // The first mark of a deletion is the API's own write, and before there are containers it is the scheduler's.
    const marked = deleting && !writes.some((write) => write.pod === pod && write.deleting);
    const others = op === 'MODIFIED' && (marked || containers.length === 0);
    const at = Math.round(t * 1000);
    // A controller that deletes several pods sends its requests together; the API takes one after the other.
    const inTurn = op === 'MODIFIED' && (!others || (marked && isMark(writes.at(-1))));
    writes.push({
      pod,
      op: others ? 'OTHERS' : (op as PodWrite['op']),
      at: inTurn ? Math.max(at, after + BETWEEN_WRITES_MS) : at,
      ip,
      ready: conditions['Ready']?.startsWith('True') === true,
      deleting,
      over: op === 'DELETED' || phase === 'Succeeded' || phase === 'Failed',
    });
  }
  return writes;
}

/** When the pod was written as over next, ms. */
export function nextOver(writes: readonly PodWrite[], name: string, now: number): number | undefined {
  return writes.find(({ pod, op, over, at }) => pod === name && op === 'MODIFIED' && over && at > now)?.at;
}

function isMark(write: PodWrite | undefined): boolean {
  return write?.op === 'OTHERS' && write.deleting;
}
