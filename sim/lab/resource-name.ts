import { LabError } from '../core/errors.ts';
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  EVENTS,
  type Kind,
  NAMESPACES,
  PODS,
  REPLICA_SETS,
  SECRETS,
  SERVICES,
} from '../kube/objects.ts';

/** The names by which kubectl knows a kind. */
const NAMES: readonly (readonly [Kind<unknown>, readonly string[]])[] = [
  [PODS, ['pod', 'pods', 'po']],
  [SERVICES, ['service', 'services', 'svc']],
  [DEPLOYMENTS, ['deployment', 'deployments', 'deploy', 'deployment.apps', 'deployments.apps']],
  [REPLICA_SETS, ['replicaset', 'replicasets', 'rs', 'replicaset.apps', 'replicasets.apps']],
  [ENDPOINTS, ['endpoints', 'endpoint', 'ep']],
  [ENDPOINT_SLICES, ['endpointslice', 'endpointslices']],
  [NAMESPACES, ['namespace', 'namespaces', 'ns']],
  [CONFIG_MAPS, ['configmap', 'configmaps', 'cm']],
  [SECRETS, ['secret', 'secrets']],
  [EVENTS, ['event', 'events', 'ev']],
];

/** The kind that kubectl calls `name` (`pod`, `deploy`, `svc`); undefined if it is not known here. */
export function kindNamed(name: string): Kind<unknown> | undefined {
  return NAMES.find(([, names]) => names.includes(name.toLowerCase()))?.[0];
}

/** `pod/bookstore-v1` as kubectl reads it. Throws LabError `UNKNOWN_RESOURCE`. */
export function parseResource(text: string): { kind: Kind<unknown>; name: string } {
  const [type = '', name = ''] = text.split('/', 2);
  const kind = kindNamed(type);
  if (kind === undefined || name === '') {
    throw new LabError('UNKNOWN_RESOURCE', `"${text}" names no object`, { hint: 'Write TYPE/NAME, such as pod/web or deployment/web.' });
  }
  return { kind, name };
}
