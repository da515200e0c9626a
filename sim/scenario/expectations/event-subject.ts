import type { Event } from '../../kube/objects.ts';
import { matchesScalar, mismatch, show, showTime } from '../matching.ts';
import type { Expectation } from '../scenario.ts';
import type { HistoryIndex, ObjectStory } from './history-index.ts';
import type { Observation } from './observation.ts';
import { gaps, joinSpans } from './spans.ts';

type Expected = NonNullable<Expectation['event']>;

/** Observes a Kubernetes Event: each time it happened; with a count, while its count was so. */
export function observeEvent(expected: Expected, index: HistoryIndex, absent: boolean): Observation {
  const stories = index.stories('Event').filter((story) => story.some(({ object }) => isLike(object, expected)));
  const counted = joinSpans(stories.flatMap((story) => spansOf(story, expected, index.endMs)));
  const moments = index.occurrences.filter(({ event }) => isLike(event, expected)).map(({ at }) => at);
  const text = describe(expected);
  const pod = stories[0]?.[0]?.object as unknown as Event | undefined;
  return {
    text: absent ? `no ${text}` : text,
    spans: absent ? gaps(counted, 0, index.endMs + 1) : counted,
    ...(expected.count === undefined && !absent && { moments }),
    instead: (at) => insteadOf(expected, index, stories, at),
    stateAt: (at) => stories.flatMap((story) => story.filter((version) => version.at <= at).at(-1)?.object ?? []),
    ...(pod?.involvedObject.kind === 'Pod' && { pod: pod.involvedObject.name }),
  };
}

/** Is it such an event, whatever its count? */
function isLike(object: unknown, expected: Expected): boolean {
  const event = object as Event | undefined;
  if (event === undefined) return false;
  return (
    fits(expected.reason, event.reason) &&
    fits(expected.message, event.message) &&
    fits(expected.type, event.type) &&
    (expected.component === undefined ||
      matchesScalar(expected.component, event.source.component) ||
      matchesScalar(expected.component, event.reportingComponent)) &&
    isAbout(event, expected.object)
  );
}

function fits(expected: string | undefined, actual: string): boolean {
  return expected === undefined || matchesScalar(expected, actual);
}

function isAbout(event: Event, expected: Expected['object']): boolean {
  if (expected === undefined) return true;
  const about = event.involvedObject;
  if (typeof expected !== 'string') return mismatch(expected, about) === undefined;
  const [kind = '', name = ''] = expected.includes('/') ? expected.split('/', 2) : [about.kind, expected];
  if (kind.toLowerCase() !== about.kind.toLowerCase()) return false;
  return name.endsWith('*') ? about.name.startsWith(name.slice(0, -1)) : about.name === name;
}

function spansOf(story: ObjectStory, expected: Expected, endMs: number) {
  return story.flatMap(({ at, object }, i) => {
    const event = object as unknown as Event | undefined;
    if (event === undefined || !isLike(event, expected)) return [];
    if (expected.count !== undefined && !matchesScalar(expected.count, event.count ?? 1)) return [];
    return [{ from: at, until: story[i + 1]?.at ?? endMs + 1 }];
  });
}

function insteadOf(expected: Expected, index: HistoryIndex, stories: readonly ObjectStory[], at: number): string {
  const counts = stories.flatMap((story) => {
    const version = story.filter((other) => other.at <= at).at(-1);
    return version?.object === undefined ? [] : [(version.object as unknown as Event).count ?? 1];
  });
  if (counts.length > 0 && expected.count !== undefined) return `its count was ${counts.join(' and ')}`;
  if (counts.length > 0) return 'it happened';
  const later = stories.map((story) => story[0]?.at ?? 0);
  if (later.length > 0) return `it did not happen until ${showTime(Math.min(...later))}`;
  const alike = index.occurrences.find(
    ({ event }) => fits(expected.reason, event.reason) && isAbout(event, expected.object),
  );
  if (alike === undefined || expected.reason === undefined) return 'it did not happen';
  return `it did not happen; ${alike.event.reason} at ${showTime(alike.at)} said ${show(alike.event.message)}`;
}

function describe({ reason, message, type, object, component, count }: Expected): string {
  const about = object === undefined ? '' : ` about ${typeof object === 'string' ? object : JSON.stringify(object)}`;
  const text = message === undefined ? '' : ` ${show(message)}`;
  const times = count === undefined ? '' : ` with count ${count}`;
  return `event${type === undefined ? '' : ` ${type}`} ${reason ?? ''}${text}${about}${component === undefined ? '' : ` from ${component}`}${times}`.trimEnd();
}
