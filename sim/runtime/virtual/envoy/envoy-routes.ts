import { parseDuration } from '../../../core/duration.ts';
import type { HttpRequest } from '../../../programs/host.ts';
import { type EnvoyRbac, readRbac } from './envoy-rbac.ts';
import { entries, list, number, type Raw, text } from './raw.ts';

export interface EnvoyRoute {
  prefix: string | undefined;
  path: string | undefined;
  /** Of the whole path, without the query. */
  regex?: RegExp;
  headers?: readonly { name: string; regex: RegExp }[];
  cluster: string | undefined;
  weighted?: readonly { name: string; weight: number }[];
  prefixRewrite: string | undefined;
  /** ms; 0: none. */
  timeoutMs: number;
  direct: { status: number; body: string } | undefined;
  /** Who may use it. */
  rbac?: EnvoyRbac;
}

export interface EnvoyVirtualHost {
  domains: readonly string[];
  routes: readonly EnvoyRoute[];
}

/** What a request is to be sent as, and by which route. */
export interface RouteMatch {
  route: EnvoyRoute;
  target: string;
}

/** Envoy's default route time-out. */
const ROUTE_TIMEOUT_MS = 15_000;

export function readVirtualHosts(configuration: Raw | undefined): EnvoyVirtualHost[] {
  return list(configuration?.virtual_hosts).map((host) => ({
    domains: list(host.domains).map(String),
    routes: list(host.routes).map(readRoute),
  }));
}

function readRoute(route: Raw): EnvoyRoute {
  const { match, route: action, direct_response: direct } = route;
  const status = number(direct?.status);
  const regex = text(match?.safe_regex?.regex);
  const headers = list(match?.headers);
  const weighted = list(action?.weighted_clusters?.clusters);
  const rbac = readRbac(perRoute(route)?.rbac?.rules);
  return {
    prefix: text(match?.prefix),
    path: text(match?.path),
    cluster: text(action?.cluster),
    prefixRewrite: text(action?.prefix_rewrite),
    timeoutMs: parseDuration(text(action?.timeout) ?? '') ?? ROUTE_TIMEOUT_MS,
    direct: status === undefined ? undefined : { status, body: text(direct?.body?.inline_string) ?? '' },
    ...(regex === undefined ? {} : { regex: whole(regex) }),
    ...(headers.length === 0 ? {} : { headers: headers.map(readHeader) }),
    ...(weighted.length === 0
      ? {}
      : { weighted: weighted.map(({ name, weight }) => ({ name: text(name) ?? '', weight: number(weight) ?? 0 })) }),
    ...(rbac === undefined ? {} : { rbac }),
  };
}

function perRoute(route: Raw): Raw | undefined {
  return entries(route.typed_per_filter_config).find(([name]) => name.endsWith('rbac'))?.[1];
}

function readHeader(header: Raw): { name: string; regex: RegExp } {
  return { name: text(header.name)?.toLowerCase() ?? '', regex: whole(text(header.safe_regex_match?.regex) ?? '.*') };
}

/** Envoy matches a regex (RE2) against all of a text. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 's');
}

/** The virtual host for a Host header; `*` is for the rest. */
export function virtualHostFor(hosts: readonly EnvoyVirtualHost[], authority: string): EnvoyVirtualHost | undefined {
  const wanted = authority.toLowerCase();
  return hosts.find(({ domains }) => domains.includes(wanted)) ?? hosts.find(({ domains }) => domains.includes('*'));
}

/** The first route that takes the request. */
export function findRoute(routes: readonly EnvoyRoute[], request: HttpRequest): RouteMatch | undefined {
  const { target } = request;
  const path = target.split('?', 1)[0] ?? target;
  for (const route of routes) {
    const matched = matchedPath(route, path);
    if (matched === undefined || !headersMatch(route, request)) continue;
    return { route, target: route.prefixRewrite ? route.prefixRewrite + target.slice(matched.length) : target };
  }
  return undefined;
}

function matchedPath(route: EnvoyRoute, path: string): string | undefined {
  if (route.regex !== undefined) return route.regex.test(path) ? path : undefined;
  if (route.path !== undefined) return path === route.path ? path : undefined;
  const prefix = route.prefix ?? '/';
  return path.startsWith(prefix) ? prefix : undefined;
}

function headersMatch({ headers }: EnvoyRoute, request: HttpRequest): boolean {
  if (headers === undefined) return true;
  return headers.every(({ name, regex }) => {
    const value = name === ':method' ? request.method : headerOf(request, name === ':authority' ? 'host' : name);
    return value !== undefined && regex.test(value);
  });
}

export function headerOf(request: HttpRequest, name: string): string | undefined {
  for (const [key, value] of request.headers)
    if (key.length === name.length && key.toLowerCase() === name) return value;
  return undefined;
}
