import { LabError } from '../core/errors.ts';
import {
  CONFIG_MAPS,
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  EVENTS,
  type Kind,
  type KubeObject,
  NAMESPACES,
  PODS,
  REPLICA_SETS,
  SECRETS,
  SERVICES,
} from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';

/** The names by which kubectl knows a kind. */
const NAMES: readonly (readonly [Kind<unknown>, readonly string[]])[] = [
  [PODS, ['pod', 'pods', 'po']],
  [SERVICES, ['service', 'services', 'svc']],
  [DEPLOYMENTS, ['deployment', 'deployments', 'deploy', 'deployment.apps', 'deployments.apps']],
  [REPLICA_SETS, ['replicaset', 'replicasets', 'rs', 'replicaset.apps', 'replicasets.apps']],
  [DAEMON_SETS, ['daemonset', 'daemonsets', 'ds', 'daemonset.apps', 'daemonsets.apps']],
  [ENDPOINTS, ['endpoints', 'endpoint', 'ep']],
  [ENDPOINT_SLICES, ['endpointslice', 'endpointslices']],
  [NAMESPACES, ['namespace', 'namespaces', 'ns']],
  [CONFIG_MAPS, ['configmap', 'configmaps', 'cm']],
  [SECRETS, ['secret', 'secrets']],
  [EVENTS, ['event', 'events', 'ev']],
];

/**
 * `pod/web` as kubectl reads it; `more` are kinds of objects that the lab holds without knowing them by name.
 * Throws LabError `UNKNOWN_RESOURCE` if the lab knows no such kind.
 */
function parseObjectName(text: string, more: readonly Kind<unknown>[] = []): { kind: Kind<unknown>; name: string } {
  const [type = '', name = ''] = text.split('/', 2);
  const wanted = type.toLowerCase();
  const kind = NAMES.find(([, names]) => names.includes(wanted))?.[0] ?? more.find((one) => isCalled(one, wanted));
  if (kind === undefined || name === '') {
    throw new LabError('UNKNOWN_RESOURCE', `"${text}" names no object`, { hint: 'Write TYPE/NAME, such as pod/web.' });
  }
  return { kind, name };
}

/** `crd`, `meshconfig`, `meshconfigs`, `meshconfigs.config.openservicemesh.io`. */
function isCalled({ kind, plural, apiVersion }: Kind<unknown>, wanted: string): boolean {
  if (wanted === 'crd' || wanted === 'crds') return kind === 'CustomResourceDefinition';
  return wanted === kind.toLowerCase() || wanted === plural || wanted === `${plural}.${apiVersion.split('/')[0]}`;
}

/** True if a pod's name is the one given, or begins with it and a dash (pods of a Deployment have random ends). */
export function podNameMatches(wanted: string, name: string): boolean {
  return name === wanted || name.startsWith(`${wanted}-`);
}

/**
 * The object that a step names; without a namespace, in whichever has one of that name.
 * Throws LabError `NotFound` in the API server's words, `SCENARIO_AMBIGUOUS` if several namespaces have one.
 */
export function findObject(
  store: Store,
  text: string,
  namespace: string | undefined,
): { kind: Kind<unknown>; object: KubeObject } {
  const { kind, name } = parseObjectName(text, store.kinds());
  const all = store.list(kind, kind.namespaced ? namespace : undefined) as KubeObject[];
  const [object, other] = all.filter(({ metadata }) => metadata.name === name);
  if (object === undefined) throw new LabError('NotFound', `${kind.plural} "${name}" not found`);
  if (other !== undefined) {
    const places = `${object.metadata.namespace} and ${other.metadata.namespace}`;
    throw new LabError('SCENARIO_AMBIGUOUS', `${text} is in the namespaces ${places}`, { hint: 'Name the namespace.' });
  }
  return { kind, object };
}
