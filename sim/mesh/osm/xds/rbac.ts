import type { EnvoyExtension } from '../envoy-objects.ts';
import { principalOf, type ServiceIdentity } from './identity.ts';
import type { MeshView } from './mesh-view.ts';
import { sourcesOf, targetsOf, tcpPortsOf } from './smi-policies.ts';

const PREFIX = 'type.googleapis.com/envoy.extensions.filters.';
export const RBAC_TYPES = {
  network: `${PREFIX}network.rbac.v3.RBAC`,
  http: `${PREFIX}http.rbac.v3.RBAC`,
  perRoute: `${PREFIX}http.rbac.v3.RBACPerRoute`,
} as const;

export const HTTP_RBAC = 'envoy.filters.http.rbac';
const NETWORK_RBAC = 'envoy.filters.network.rbac';

/**
 * Lets in whom a TrafficTarget names as source, one policy a target; without any, nobody.
 * Models openservicemesh/osm v1.1 pkg/envoy/lds/rbac.go.
 */
export function networkRbac(view: MeshView, identity: ServiceIdentity): EnvoyExtension {
  const policies = targetsOf(view, identity).map((target) => {
    const ports = tcpPortsOf(view, target);
    const permission =
      ports.length === 0 ? { any: true } : { or_rules: { rules: ports.map((port) => ({ destination_port: port })) } };
    const name = `${target.metadata.namespace}/${target.metadata.name}`;
    return [name, { permissions: [permission], principals: sourcesOf(target).map(authenticated) }];
  });
  const rules = { action: 'ALLOW', policies: Object.fromEntries(policies) };
  return { name: NETWORK_RBAC, typed_config: { '@type': RBAC_TYPES.network, stat_prefix: 'network-', rules } };
}

/** Who may use a route. Models v1.1 pkg/envoy/rds/route/rbac.go. */
export function routeRbac(allowed: readonly ServiceIdentity[] | '*'): Record<string, unknown> {
  const principals = allowed === '*' ? [{ any: true }] : allowed.map(authenticated);
  const policy = { permissions: [{ any: true }], principals };
  const rules = { action: 'ALLOW', policies: { 'rbac-for-route': policy } };
  return { [HTTP_RBAC]: { '@type': RBAC_TYPES.perRoute, rbac: { rules } } };
}

function authenticated(identity: ServiceIdentity): Record<string, unknown> {
  return { authenticated: { principal_name: { exact: principalOf(identity) } } };
}
