import type { Endpoint, EndpointSlice } from '../../kube/objects.ts';
import { matchesScalar } from '../matching.ts';
import type { Expectation } from '../scenario.ts';
import { type HistoryIndex, type ObjectStory, versionAt } from './history-index.ts';
import type { Observation } from './observation.ts';
import { joinSpans, type Span } from './spans.ts';

type Expected = NonNullable<Expectation['endpoints']>;

const STATES = ['ready', 'notReady', 'serving', 'terminating'] as const;
type State = (typeof STATES)[number];

const HAS: Record<State, (endpoint: Endpoint) => boolean> = {
  ready: ({ conditions }) => conditions?.ready !== false,
  notReady: ({ conditions }) => conditions?.ready === false,
  serving: ({ conditions }) => conditions?.serving ?? conditions?.ready !== false,
  terminating: ({ conditions }) => conditions?.terminating === true,
};

/** Observes which pods are endpoints of a Service, over all of its EndpointSlices. */
export function observeEndpoints(expected: Expected, index: HistoryIndex): Observation {
  const stories = index.stories('EndpointSlice').filter((story) => isOf(story, expected));
  const times = [...new Set([0, ...stories.flatMap((story) => story.map(({ at }) => at))])].sort((a, b) => a - b);
  const spans: Span[] = [];
  for (const [i, at] of times.entries()) {
    const endpoints = endpointsAt(stories, at);
    if (STATES.every((state) => fits(expected[state], podsIn(endpoints, state)))) {
      spans.push({ from: at, until: times[i + 1] ?? index.endMs + 1 });
    }
  }
  return {
    text: `endpoints of ${expected.service}: ${STATES.filter((state) => expected[state] !== undefined)
      .map((state) => `${state} ${list(expected[state])}`)
      .join(', ')}`,
    spans: joinSpans(spans),
    instead: (at) => describe(expected, stories, at),
    stateAt: (at) => endpointsAt(stories, at),
  };
}

function isOf(story: ObjectStory, expected: Expected): boolean {
  const { labels, namespace } = story.find(({ object }) => object !== undefined)?.object?.metadata ?? {};
  if (labels?.['kubernetes.io/service-name'] !== expected.service) return false;
  return expected.namespace === undefined || expected.namespace === namespace;
}

/** The pods of endpoints by state: the state of an observation as an expectation would name it. */
export function endpointPods(state: unknown): Record<State, string[]> {
  const endpoints = Array.isArray(state) ? (state as Endpoint[]) : [];
  const named = (one: State): string[] => podsIn(endpoints, one);
  return {
    ready: named('ready'),
    notReady: named('notReady'),
    serving: named('serving'),
    terminating: named('terminating'),
  };
}

function endpointsAt(stories: readonly ObjectStory[], at: number): Endpoint[] {
  return stories.flatMap((story) => (versionAt(story, at)?.object as EndpointSlice | undefined)?.endpoints ?? []);
}

function podsIn(endpoints: readonly Endpoint[], state: State): string[] {
  const names = endpoints.filter(HAS[state]).map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? '');
  return [...new Set(names)].sort();
}

function fits(expected: string[] | string | number | undefined, pods: readonly string[]): boolean {
  if (expected === undefined) return true;
  if (!Array.isArray(expected)) return matchesScalar(expected, pods.length);
  const left = [...pods];
  for (const name of expected) {
    const found = left.findIndex((pod) =>
      name.endsWith('*') ? pod.startsWith(name.slice(0, -1)) : matchesScalar(name, pod),
    );
    if (found < 0) return false;
    left.splice(found, 1);
  }
  return left.length === 0;
}

function list(pods: readonly string[] | string | number | undefined): string {
  if (!Array.isArray(pods)) return String(pods);
  return pods.length === 0 ? 'none' : pods.join(' ');
}

function describe(expected: Expected, stories: readonly ObjectStory[], at: number): string {
  if (stories.length === 0) return `the Service ${expected.service} had no EndpointSlice`;
  const endpoints = endpointsAt(stories, at);
  const shown = STATES.filter((state) => expected[state] !== undefined).map(
    (state) => `${state} ${list(podsIn(endpoints, state))}`,
  );
  return `there was ${shown.join(', ')}`;
}
