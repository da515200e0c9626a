import type {
  AppDescription,
  AppPatch,
  GrpcHealthDescription,
  RouteBehaviour,
  RouteDescription,
  ServerDescription,
} from './description.ts';
import { endingsOf } from './windows.ts';

const BEHAVIOUR_KEYS = ['status', 'body', 'headers', 'delay', 'hang', 'reset', 'close', 'truncate'] as const;

/** The part of a patch that says how a route answers. */
function behaviourOf(patch: AppPatch): RouteBehaviour {
  const behaviour: Record<string, unknown> = {};
  for (const key of BEHAVIOUR_KEYS) if (patch[key] !== undefined) behaviour[key] = patch[key];
  return behaviour as RouteBehaviour;
}

/**
 * A description with a patch applied: what the next instance starts with. Without `server` every server is meant,
 * without `path` every route. A path that no route has gets one.
 */
export function patchDescription(description: AppDescription, patch: AppPatch): AppDescription {
  const { files, termination } = patch;
  const kept = (description.files ?? []).filter(({ path }) => files?.[path] === undefined);
  const added = Object.entries(files ?? {}).flatMap(([path, content]) => (content === null ? [] : [{ path, content }]));
  return {
    ...description,
    ...(description.servers === undefined
      ? {}
      : { servers: description.servers.map((server) => patchServer(server, patch)) }),
    ...(files === undefined ? {} : { files: [...kept.filter(({ path }) => files[path] !== null), ...added] }),
    ...(termination === undefined ? {} : { termination: { ...description.termination, ...termination } }),
  };
}

/** A server with a patch applied; the same object if the patch does not concern it. */
export function patchServer(server: ServerDescription, patch: AppPatch): ServerDescription {
  if (patch.server !== undefined && patch.server !== server.port) return server;
  let patched = server;
  if (patch.listening !== undefined) patched = { ...patched, listening: patch.listening ? [{}] : [] };
  if (server.protocol === 'grpc') return patchHealth(patched, patch);
  const behaviour = behaviourOf(patch);
  if (Object.keys(behaviour).length === 0) return patched;
  if (server.protocol === 'tcp') return { ...patched, connection: connectionOf(behaviour) };
  return { ...patched, routes: patchRoutes(patched.routes, patch.path, behaviour) };
}

/** True if the patch says anything about this server. */
export function concerns(server: ServerDescription, patch: AppPatch): boolean {
  return patchServer(server, patch) !== server;
}

function patchRoutes(
  routes: readonly RouteDescription[] | undefined,
  path: string | undefined,
  behaviour: RouteBehaviour,
): readonly RouteDescription[] {
  const existing = routes ?? [{ path: '*', status: 200 }];
  const over = (route: RouteDescription): RouteDescription => {
    const { windows: _replaced, ...rest } = route;
    return { ...rest, ...endingsOf(behaviour), ...behaviour };
  };
  if (path === undefined) return existing.map(over);
  if (existing.some((route) => route.path === path)) {
    return existing.map((route) => (route.path === path ? over(route) : route));
  }
  return [{ path, ...behaviour }, ...existing];
}

function patchHealth(server: ServerDescription, patch: AppPatch): ServerDescription {
  const change: GrpcHealthDescription = {
    ...(patch.grpc === undefined ? {} : { status: patch.grpc, hang: false }),
    ...(patch.hang === undefined ? {} : { hang: patch.hang }),
    ...(patch.delay === undefined ? {} : { delay: patch.delay }),
  };
  if (Object.keys(change).length === 0) return server;
  const health = server.health ?? { '': {} };
  if (patch.service !== undefined) {
    return { ...server, health: { ...health, [patch.service]: { ...health[patch.service], ...change } } };
  }
  return {
    ...server,
    health: Object.fromEntries(Object.entries(health).map(([name, entry]) => [name, { ...entry, ...change }])),
  };
}

function connectionOf(behaviour: RouteBehaviour): 'accept' | 'close' | 'reset' | 'silent' {
  if (behaviour.reset) return 'reset';
  if (behaviour.close) return 'close';
  return behaviour.hang ? 'silent' : 'accept';
}
