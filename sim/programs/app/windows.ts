import type { RouteBehaviour, RouteDescription, Window } from './description.ts';

/** Is `sinceStart` (ms) in the window? `from` is in it, `until` is not. */
export function holds(window: Window, sinceStart: number): boolean {
  return sinceStart >= (window.from ?? 0) && sinceStart < (window.until ?? Number.POSITIVE_INFINITY);
}

/** The edges of windows that lie after the start, in order, each once. */
export function edges(windows: readonly Window[]): number[] {
  const times = windows
    .flatMap(({ from, until }) => [from ?? 0, until ?? 0])
    .filter((at) => at > 0 && Number.isFinite(at));
  return [...new Set(times)].sort((a, b) => a - b);
}

/** What a route does at a time: its last window that holds wins over the route's own. */
export function behaviourAt(route: RouteDescription, sinceStart: number): RouteBehaviour {
  if (route.windows === undefined) return route;
  const window = route.windows.findLast((candidate) => holds(candidate, sinceStart));
  return window === undefined ? route : { ...route, ...endingsOf(window), ...window };
}

/**
 * A behaviour that says how it answers (a status, a body) ends a hang, reset or close of the one it is laid over: else
 * `status: 200` after a hang would change nothing.
 */
export function endingsOf(behaviour: RouteBehaviour): RouteBehaviour {
  const answers = behaviour.status !== undefined || behaviour.body !== undefined;
  const breaks = behaviour.hang || behaviour.reset || behaviour.close;
  return answers && !breaks ? { hang: false, reset: false, close: false, truncate: false } : {};
}
