import type { RouteDescription } from './description.ts';

/** Routes in the order of their description, first match wins; looked up by path without going through all. */
export class RouteTable {
  readonly #routes: readonly RouteDescription[];
  readonly #known = new Map<string, RouteDescription | null>();

  constructor(routes: readonly RouteDescription[]) {
    this.#routes = routes;
  }

  /** The route of a request; `target` may carry a query, which does not count. */
  find(method: string, target: string): RouteDescription | undefined {
    const key = method === 'GET' ? target : `${method} ${target}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known ?? undefined;
    const path = target.split(/[?#]/, 1)[0] ?? target;
    const found = this.#routes.find((route) => (route.method ?? method) === method && matches(route.path, path));
    if (this.#known.size < 1000) this.#known.set(key, found ?? null);
    return found;
  }
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}
