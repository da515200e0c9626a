import { CONTAINER_TYPES } from './container-fields.ts';
import { META_TYPES } from './meta-fields.ts';
import { POD_TYPES } from './pod-fields.ts';
import { PROJECTION_TYPES } from './projection-fields.ts';
import { SCHEDULING_TYPES } from './scheduling-fields.ts';
import { SERVICE_TYPES } from './service-fields.ts';
import type { TypeTables } from './type-table.ts';
import { VOLUME_TYPES } from './volume-fields.ts';
import { WORKLOAD_TYPES } from './workload-fields.ts';

/** Every API type whose fields the lab knows. */
export const TYPE_TABLES: TypeTables = {
  ...META_TYPES,
  ...PROJECTION_TYPES,
  ...VOLUME_TYPES,
  ...SCHEDULING_TYPES,
  ...CONTAINER_TYPES,
  ...POD_TYPES,
  ...WORKLOAD_TYPES,
  ...SERVICE_TYPES,
};

/** Kinds that are decoded strictly, with their apiVersion; anything else is kept as it is. */
const DECODED_KINDS: Readonly<Record<string, string>> = {
  Pod: 'v1',
  Service: 'v1',
  Endpoints: 'v1',
  Namespace: 'v1',
  ConfigMap: 'v1',
  Secret: 'v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
};

/** The name of an object's type table; undefined for a kind that is not known. */
export function tableOf(object: { apiVersion?: unknown; kind?: unknown }): string | undefined {
  const kind = typeof object.kind === 'string' ? object.kind : '';
  return Object.hasOwn(DECODED_KINDS, kind) && DECODED_KINDS[kind] === object.apiVersion ? kind : undefined;
}

/** The names of the fields that an object's part at a path may have; empty where anything may stand. */
export function fieldsAt(table: string, path: readonly (string | number)[]): string[] {
  let type = table;
  for (const step of path) {
    if (typeof step === 'number') type = type.replace(/^\[\]/, '');
    else if (type.startsWith('map ')) type = type.slice(4);
    else type = (TYPE_TABLES[type]?.[step] ?? '').replace(/^[*!]/, '');
  }
  return Object.keys(TYPE_TABLES[type] ?? {});
}
