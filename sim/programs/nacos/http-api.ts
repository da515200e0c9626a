import type { HttpReply, HttpRequest } from '../host.ts';
import type { ApiContext, Routes } from './api-context.ts';
import { catalogRoutes } from './catalog-api.ts';
import { instanceRoutes } from './instance-api.ts';
import type { Naming } from './naming.ts';
import { operatorRoutes } from './operator-api.ts';
import { type CheckedAs, checkParams } from './param-check.ts';
import { type Params, readParams } from './params.ts';
import type { NacosProfile } from './profiles.ts';
import { errorPage, errorReply, jsonReply, NacosError, RuntimeFault, textReply, tomcatNotFound } from './reply.ts';
import { serviceRoutes } from './service-api.ts';
import { withGroupedName } from './service-name.ts';
import { v2Routes } from './v2-api.ts';

const V1: Routes = { ...instanceRoutes, ...serviceRoutes, ...catalogRoutes, ...operatorRoutes };
const V1_CONTEXT = '/nacos/v1/ns';
const V2_CONTEXT = '/nacos/v2/ns';

/** What the API works on. */
export interface ApiServer {
  naming: Naming;
  profile: NacosProfile;
  /** False if the server has no UDP socket. */
  canPush: boolean;
}

/** The answer to one request to port 8848. Never throws for anything a client can send. */
export function answer(server: ApiServer, request: HttpRequest, epochMs: number): HttpReply {
  const path = pathOf(request);
  try {
    return route(server, request, path, epochMs);
  } catch (error) {
    if (error instanceof NacosError) return errorReply(error, path, epochMs);
    if (error instanceof RuntimeFault) return faultReply(error, server.profile);
    throw error;
  }
}

function route(server: ApiServer, request: HttpRequest, path: string, epochMs: number): HttpReply {
  if (!path.startsWith('/nacos/')) return tomcatNotFound();
  if (path === '/nacos/actuator/health') {
    return jsonReply({ status: 'UP' }, 200, 'application/vnd.spring-boot.actuator.v3+json');
  }
  const given = readParams(request);
  const run = (routes: Routes, below: string, params: Params) => {
    const context: ApiContext = { ...server, params, request, epochMs };
    const handler = routes[below]?.[request.method];
    if (server.profile.paramCheck && handler !== undefined) checkParams(params, checkedAs(below));
    return handler?.(context);
  };
  if (isBelow(path, V1_CONTEXT)) {
    const below = routeOf(path, V1_CONTEXT);
    if (V1[below]?.[request.method] === undefined) {
      // Models nacos naming DistroFilter: the answer to any path or method it has no handler for.
      throw new NacosError(501, `no such api:${request.method}:${path}`, 'page');
    }
    return run(V1, below, withGroupedName(given)) ?? notFound(path, epochMs);
  }
  if (isBelow(path, V2_CONTEXT)) {
    const below = routeOf(path, V2_CONTEXT);
    if (v2Routes[below] !== undefined && v2Routes[below]?.[request.method] === undefined) {
      throw new NacosError(500, `caused: Request method '${request.method}' not supported;`);
    }
    return run(v2Routes, below, given) ?? notFound(path, epochMs);
  }
  return notFound(path, epochMs);
}

/** The same handlers under older or shorter names. */
const ALIASES: Readonly<Record<string, string>> = {
  '/health': '/health/instance',
  '/ops/metrics': '/operator/metrics',
  '/ops/switches': '/operator/switches',
};

function isBelow(path: string, context: string): boolean {
  return path === context || path.startsWith(`${context}/`);
}

/** What is behind the context, without a slash at its end. */
function routeOf(path: string, context: string): string {
  const below = path.slice(context.length).replace(/\/$/, '');
  return ALIASES[below] ?? below;
}

function checkedAs(below: string): CheckedAs {
  if (below === '/instance/beat') return 'beat';
  if (below === '/instance/list') return 'list';
  return /^\/(?:instance|service|health|catalog|client)/.test(below) ? 'instance' : undefined;
}

function faultReply(fault: RuntimeFault, { runtimeErrorsKeepStatus }: NacosProfile): HttpReply {
  if (runtimeErrorsKeepStatus && fault.code >= 400) return textReply(fault.message, fault.code);
  return textReply([fault.message, ...fault.causes].map((text) => `caused: ${text};`).join(''), 500);
}

function notFound(path: string, epochMs: number): HttpReply {
  const page = errorPage(404, 'No message available', path, epochMs);
  const vary = ['Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'] as const;
  return { ...page, headers: [...(page.headers ?? []), vary] };
}

function pathOf({ target }: HttpRequest): string {
  const path = target.split('?', 1)[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
