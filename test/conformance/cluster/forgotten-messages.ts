import type { CorrelatedEvent } from '../../../sim/kube/events/correlated-event.ts';
import { mask } from './mask.ts';
import type { Names } from './names.ts';
import type { EventEntry, Story } from './story.ts';

const COMBINED = '(combined from similar events): ';

/**
 * Which message a recorder of a recording forgot whenever it combined similar events: the one that Go's map yielded first. One
 * that comes again later says it, for then it is combined if it was forgotten, and counted if it was not.
 */
export class ForgottenMessages {
  readonly #story: Story;
  readonly #names: Names;
  /** Of the recorded events of one object and reason those that have been combined so far. */
  readonly #passed = new Map<string, number>();

  constructor(story: Story, names: Names) {
    this.#story = story;
    this.#names = names;
  }

  /** Of the messages that are remembered the one that was forgotten when this event was combined; undefined: any. */
  message(event: CorrelatedEvent, messages: ReadonlySet<string>): string | undefined {
    const { involvedObject, reason, type, source } = event;
    const object = this.#recorded(`${involvedObject.kind}/${involvedObject.name}`);
    const key = [source.component, object, type, reason].join(' ');
    const mine = this.#story.events.filter(
      (entry) => [entry.from, entry.object, entry.type, entry.reason].join(' ') === key,
    );
    const from = this.#passed.get(key) ?? 0;
    const combined = COMBINED + this.#recorded(event.message);
    const at = mine.findIndex(({ message }, index) => index >= from && mask(message) === combined);
    if (at >= 0) this.#passed.set(key, at + 1);
    return leastMissed(messages, mine.slice(at < 0 ? from : at + 1), (message) => this.#recorded(message));
  }

  #recorded(text: string): string {
    return mask(this.#names.inText(text));
  }
}

/** The message that is combined first when it comes again, else one that does not come again. */
function leastMissed(
  messages: ReadonlySet<string>,
  later: readonly EventEntry[],
  recorded: (message: string) => string,
): string | undefined {
  let best: { message: string; at: number } | undefined;
  for (const message of messages) {
    const text = recorded(message);
    const next = later.findIndex((entry) => mask(entry.message) === text || mask(entry.message) === COMBINED + text);
    const entry = later[next];
    // What is counted later was remembered.
    if (entry !== undefined && !entry.message.startsWith(COMBINED)) continue;
    const at = next < 0 ? later.length : next;
    if (best === undefined || at < best.at) best = { message, at };
  }
  return best?.message;
}
