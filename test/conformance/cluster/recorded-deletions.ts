import type { DeletionRequest } from '../../../sim/controllers/replica-set.ts';
import type { Names } from './names.ts';
import type { PodWrite } from './pod-writes.ts';
import type { Story } from './story.ts';

/** An answer of the API that takes longer than this was one to another write. */
const LONGEST_WRITE_MS = 130;
/** A pod is deleted once: a request for that may have waited for others for longer. */
const LONGEST_DELETION_MS = 1200;

/** Which pods of a recording were deleted when, by controllers and by the driver, and how long the API took for it. */
export class RecordedDeletions {
  readonly #story: Story;
  readonly #names: Names;
  readonly #podWrites: readonly PodWrite[];
  readonly #now: () => number;

  /** `now`: ms since the apply. */
  constructor(story: Story, names: Names, podWrites: readonly PodWrite[], now: () => number) {
    this.#story = story;
    this.#names = names;
    this.#podWrites = podWrites;
    this.#now = now;
  }

  /** Of pods that are as good as each other the one with the lower uid goes first: uids in the order of deletions. */
  uid(pod: string, drawn: string): string {
    const name = this.#names.peek(pod);
    const marked = this.#podWrites.findIndex((write) => write.pod === name && write.deleting);
    const rank = this.#toldDeletion(name) < 0 || marked < 0 ? 0xffffffff : marked;
    return rank.toString(16).padStart(8, '0') + drawn.slice(8);
  }

  /** How long a controller's request to delete a pod took: until the API had it, and until the controller told of it. */
  deletion(pod: string): DeletionRequest | undefined {
    const name = this.#names.recorded(pod);
    const now = this.#now();
    const marked = this.#podWrites.find((write) => write.pod === name && write.deleting);
    if (marked === undefined || marked.at < now || marked.at > now + LONGEST_DELETION_MS) return undefined;
    const told = this.#story.events[this.#toldDeletion(name)];
    const writtenMs = marked.at - now;
    return { writtenMs, answeredMs: Math.max(writtenMs, told === undefined ? 0 : ms(told.t) - now) };
  }

  /** Which of the recorded events tells that a controller deleted the pod; -1: none. */
  #toldDeletion(name: string): number {
    return this.#story.events.findIndex(
      ({ reason, message }) => reason === 'SuccessfulDelete' && message.endsWith(` ${name}`),
    );
  }

  /** How long the API server took from the mark of a pod deleted without grace to its removal. */
  removalMs(pod: string): number | undefined {
    const name = this.#names.recorded(pod);
    const now = this.#now();
    const gone = this.#podWrites.find((write) => write.pod === name && write.op === 'DELETED' && write.at >= now);
    if (gone === undefined || gone.at > now + LONGEST_WRITE_MS) return undefined;
    return Math.max(gone.at, this.#readMarked(name, now) ?? 0) - now;
  }

  /** When a controller that had read a pod between its mark and its removal wrote so, if one did. */
  #readMarked(name: string, now: number): number | undefined {
    const wrote = (this.#story.endpointslices ?? []).findLast(
      ({ t, endpoints }) =>
        ms(t) >= now &&
        ms(t) <= now + LONGEST_WRITE_MS &&
        (endpoints as { pod?: string; terminating?: boolean }[]).some(
          ({ pod, terminating }) => pod === name && terminating === true,
        ),
    );
    return wrote === undefined ? undefined : ms(wrote.t) + 1;
  }
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}
