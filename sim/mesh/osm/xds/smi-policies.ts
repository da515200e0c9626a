import type { KubeObject } from '../../../kube/objects.ts';
import { type ServiceIdentity, sameIdentity } from './identity.ts';
import { meshServices } from './mesh-services.ts';
import type { MeshService, MeshView } from './mesh-view.ts';

/** A request as an HTTPRouteGroup describes it. */
export interface RouteMatch {
  path: string;
  methods: readonly string[];
  headers: Readonly<Record<string, string>>;
}

export const ANY_PATH = '.*';
export const ANY_METHOD = '*';

/** TrafficTargets that lead to an identity. */
export function targetsOf(view: MeshView, identity: ServiceIdentity): KubeObject[] {
  return view.trafficTargets.filter((target) => sameIdentity(destinationOf(target), identity));
}

export function sourcesOf(target: KubeObject): ServiceIdentity[] {
  return list(target.spec?.sources).map(accountOf);
}

export function destinationOf(target: KubeObject): ServiceIdentity {
  return accountOf(target.spec?.destination ?? {});
}

function accountOf({ name, namespace }: { name?: string; namespace?: string }): ServiceIdentity {
  return { serviceAccount: name ?? '', namespace: namespace ?? '' };
}

/** Ports of the TCPRoutes that a TrafficTarget names; empty: any. */
export function tcpPortsOf(view: MeshView, target: KubeObject): number[] {
  return rulesOf(target, 'TCPRoute').flatMap((rule) => {
    const route = named(view.tcpRoutes, target.metadata.namespace, rule.name);
    return list(route?.spec?.matches?.ports).filter((port): port is number => typeof port === 'number');
  });
}

/** The requests that a TrafficTarget names by its HTTPRouteGroups. */
export function routeMatches(view: MeshView, target: KubeObject): RouteMatch[] {
  return rulesOf(target, 'HTTPRouteGroup').flatMap((rule) => {
    const group = named(view.httpRouteGroups, target.metadata.namespace, rule.name);
    const matches = list(group?.spec?.matches);
    return list(rule.matches).flatMap((wanted) => {
      const match = matches.find(({ name }) => name === wanted);
      if (match === undefined) return [];
      const methods = list(match.methods).map(String);
      return [
        {
          path: match.pathRegex || ANY_PATH,
          methods: methods.length === 0 ? [ANY_METHOD] : methods,
          headers: headersOf(match.headers),
        },
      ];
    });
  });
}

/** An object, or (as older SMI had it) a list of objects. */
function headersOf(headers: unknown): Record<string, string> {
  const merged = Array.isArray(headers) ? Object.assign({}, ...headers) : headers;
  return { ...(merged as Record<string, string> | undefined) };
}

function rulesOf(target: KubeObject, kind: string) {
  return list(target.spec?.rules).filter((rule) => rule.kind === kind);
}

function named(objects: readonly KubeObject[], namespace: string | undefined, name: unknown): KubeObject | undefined {
  return objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}

/** `bookstore` or `bookstore.bookstore.svc.cluster.local`. */
export function rootOf(split: KubeObject): { namespace: string; name: string } {
  const [name = ''] = String(split.spec?.service ?? '').split('.');
  return { namespace: split.metadata.namespace ?? '', name };
}

/** The services that a TrafficSplit sends to, with their weights. */
export function backendsOf(view: MeshView, split: KubeObject): { service: MeshService; weight: number }[] {
  return list(split.spec?.backends).flatMap((backend) =>
    meshServices(view)
      .filter(({ namespace, name }) => namespace === split.metadata.namespace && name === backend.service)
      .map((service) => ({ service, weight: Number(backend.weight ?? 0) })),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a custom kind's fields are not known here.
function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
