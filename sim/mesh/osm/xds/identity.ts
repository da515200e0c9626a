/** Who a workload is in the mesh: its ServiceAccount. */
export interface ServiceIdentity {
  serviceAccount: string;
  namespace: string;
}

const TRUST_DOMAIN = 'cluster.local';

/** `<service account>.<namespace>.cluster.local`: common name and SAN of a workload's certificate, and its RBAC principal. */
export function principalOf({ serviceAccount, namespace }: ServiceIdentity): string {
  return `${serviceAccount}.${namespace}.${TRUST_DOMAIN}`;
}

export function sameIdentity(a: ServiceIdentity, b: ServiceIdentity): boolean {
  return a.serviceAccount === b.serviceAccount && a.namespace === b.namespace;
}
