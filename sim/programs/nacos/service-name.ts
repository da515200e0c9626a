import { javaSplit } from './java-split.ts';
import type { Params } from './params.ts';
import { NacosError } from './reply.ts';

export const DEFAULT_GROUP = 'DEFAULT_GROUP';
export const DEFAULT_CLUSTER = 'DEFAULT';
const SPLITTER = '@@';

/** A service as the registry keys it. */
export interface ServiceName {
  namespace: string;
  group: string;
  name: string;
}

export function serviceKey({ namespace, group, name }: ServiceName): string {
  return `${namespace}\n${group}\n${name}`;
}

/** `group@@service`. */
export function groupedName({ group, name }: Pick<ServiceName, 'group' | 'name'>): string {
  return `${group}${SPLITTER}${name}`;
}

/** Models nacos api NamingUtils.checkServiceNameFormat. Throws a 400. */
export function checkGroupedName(text: string): void {
  const parts = javaSplit(text, SPLITTER);
  if (parts.length <= 1) {
    const wanted = "Param 'serviceName' is illegal, it should be format as 'groupName@@serviceName'";
    throw new NacosError(400, wanted);
  }
  if (parts[0] === '') throw new NacosError(400, "Param 'serviceName' is illegal, groupName can't be empty");
}

/** The service of a checked `group@@service`; a third part is dropped, as the real one does. */
export function parseGroupedName(namespace: string, text: string): ServiceName {
  const [group = '', name = ''] = text.split(SPLITTER);
  return { namespace, group, name };
}

/**
 * Models nacos naming ServiceNameFilter: before any v1 handler a plain name becomes `group@@name`.
 * Throws the error page for a name that cannot be one.
 */
export function withGroupedName(params: Params): Params {
  const given = params.raw('serviceName')?.trim();
  if (given === undefined || given === '') return params;
  const group = params.raw('groupName')?.trim() || DEFAULT_GROUP;
  const grouped = given.includes(SPLITTER) ? given : `${group}${SPLITTER}${given}`;
  try {
    checkGroupedName(grouped);
  } catch (error) {
    throw new NacosError(400, `Service name filter error,caused: ${(error as Error).message};`, 'page');
  }
  return params.with('serviceName', grouped);
}
