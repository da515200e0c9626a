import type { KubeObject } from '../../kube/objects.ts';
import { matchesScalar, mismatch, show, showTime } from '../matching.ts';
import { type HistoryIndex, type ObjectStory, versionAt } from './history-index.ts';
import type { Observation } from './observation.ts';
import { gaps, joinSpans, type Span } from './spans.ts';

type Part = Record<string, unknown>;

/** Observes an object that is expected by part; with `absent`, that there is none like it. */
export function observeObject(expected: Part, index: HistoryIndex, absent: boolean): Observation {
  const kind = typeof expected.kind === 'string' ? expected.kind : undefined;
  const stories = (kind === undefined ? index.kinds : [kind]).flatMap((name) => index.stories(name));
  const matching = joinSpans(stories.flatMap((story) => matchingSpans(expected, story, index.endMs)));
  const name = nameOf(expected);
  const what = describeExpected(expected);
  return {
    text: absent ? `no ${what}` : what,
    spans: absent ? gaps(matching, 0, index.endMs + 1) : matching,
    instead: (at) => (absent ? `there was ${what}` : insteadOf(expected, stories, at)),
    stateAt: (at) => candidate(expected, stories, at)?.object,
    ...(kind === 'Pod' && name !== undefined && { pod: name }),
  };
}

function matchingSpans(expected: Part, story: ObjectStory, endMs: number): Span[] {
  const spans: Span[] = [];
  for (const [i, version] of story.entries()) {
    if (version.object === undefined || mismatch(expected, version.object) !== undefined) continue;
    spans.push({ from: version.at, until: story[i + 1]?.at ?? endMs + 1 });
  }
  return spans;
}

function nameOf(expected: Part): string | undefined {
  const name = (expected.metadata as Part | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

interface Candidate {
  story: ObjectStory;
  object: KubeObject;
}

/** The object that was most likely meant: of that name if there is one, and as alike as can be. */
function candidate(expected: Part, stories: readonly ObjectStory[], at: number): Candidate | undefined {
  const name = nameOf(expected);
  const alive = stories.flatMap((story): Candidate[] => {
    const object = versionAt(story, at)?.object;
    return object === undefined ? [] : [{ story, object }];
  });
  const named = name === undefined ? alive : alive.filter(({ object }) => matchesScalar(name, object.metadata.name));
  const metadata = expected.metadata;
  const fitting = named.filter(
    ({ object }) => metadata === undefined || mismatch(metadata, object.metadata) === undefined,
  );
  return fitting.find(({ object }) => mismatch(expected, object) === undefined) ?? fitting[0] ?? named[0];
}

function insteadOf(expected: Part, stories: readonly ObjectStory[], at: number): string {
  const kind = String(expected.kind ?? 'object');
  const found = candidate(expected, stories, at);
  if (found === undefined) return noCandidate(kind, expected, stories, at);
  const difference = mismatch(expected, found.object);
  const label = `${found.object.kind} ${found.object.metadata.name}`;
  if (difference === undefined) return `${label} was so`;
  const value = `${difference.path} of ${label} was ${show(difference.actual)}, not ${show(difference.expected)}`;
  const changed = changedAfter(expected, found.story, at, difference);
  return changed === undefined ? value : `${value}, until ${showTime(changed)}`;
}

/** When the value that was wrong at `at` became another one. */
function changedAfter(
  expected: Part,
  story: ObjectStory,
  at: number,
  difference: { path: string; actual: unknown },
): number | undefined {
  const wrong = JSON.stringify(difference.actual);
  for (const version of story) {
    if (version.at <= at) continue;
    if (version.object === undefined) return version.at;
    const now = mismatch(expected, version.object);
    if (now?.path !== difference.path || JSON.stringify(now.actual) !== wrong) return version.at;
  }
  return undefined;
}

function noCandidate(kind: string, expected: Part, stories: readonly ObjectStory[], at: number): string {
  const name = nameOf(expected);
  const wanted = name === undefined ? kind : `${kind} ${name}`;
  const later = stories
    .filter((story) => name === undefined || story.some(({ object }) => matchesScalar(name, object?.metadata.name)))
    .map((story) => story[0]?.at ?? 0)
    .filter((first) => first > at);
  if (later.length > 0) return `there was no ${wanted} until ${showTime(Math.min(...later))}`;
  const names = stories.flatMap((story) => versionAt(story, at)?.object?.metadata.name ?? []);
  const others = names.length === 0 ? '' : `; there was ${names.slice(0, 5).join(', ')}`;
  return `there was no ${wanted}${others}`;
}

/** `Pod bookstore-v1 with status.containerStatuses[bookstore].restartCount 1`. */
function describeExpected(expected: Part): string {
  const kind = String(expected.kind ?? 'object');
  const name = nameOf(expected);
  const wanted = leaves(expected).filter(([path]) => !['apiVersion', 'kind', 'metadata.name'].includes(path));
  const head = name === undefined ? kind : `${kind} ${name}`;
  if (wanted.length === 0) return head;
  const shown = wanted.slice(0, 3).map(([path, value]) => `${path} ${show(value)}`);
  return `${head} with ${shown.join(', ')}${wanted.length > 3 ? ', …' : ''}`;
}

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => {
      const key = (item as Part | null)?.name ?? (item as Part | null)?.type;
      const { name: _name, type, ...rest } = (typeof item === 'object' && item !== null ? item : {}) as Part;
      const inner = typeof key === 'string' ? (key === type ? rest : withoutName(item as Part)) : item;
      return leaves(inner, `${path}[${typeof key === 'string' ? key : i}]`);
    });
  }
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

function withoutName({ name: _name, ...rest }: Part): Part {
  return rest;
}
