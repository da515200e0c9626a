import { entries, list, type Raw, text } from './raw.ts';

/** Whom a filter of role-based access control lets in. */
export interface EnvoyRbac {
  policies: readonly { ports: readonly number[]; principals: readonly ('*' | string)[] }[];
}

/** Reads the `rules` of an RBAC filter, as far as OSM writes them: action ALLOW, ports, authenticated names. */
export function readRbac(rules: Raw | undefined): EnvoyRbac | undefined {
  if (rules === undefined) return undefined;
  return {
    policies: entries(rules.policies).map(([, policy]) => ({
      ports: list(policy.permissions).flatMap((permission) =>
        list(permission.or_rules?.rules).map((rule) => Number(rule.destination_port)),
      ),
      principals: list(policy.principals).flatMap((principal) =>
        (principal.any as unknown) === true ? ['*'] : [text(principal.authenticated?.principal_name?.exact) ?? ''],
      ),
    })),
  };
}

/** May a client with that certificate name reach the port? */
export function permits(rbac: EnvoyRbac, client: string | undefined, port: number): boolean {
  return rbac.policies.some(
    ({ ports, principals }) =>
      (ports.length === 0 || ports.includes(port)) && principals.some((name) => name === '*' || name === client),
  );
}
