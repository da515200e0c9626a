import type { Namespace, Pod } from '../../kube/objects.ts';
import { MONITORED_BY_LABEL } from '../../mesh/osm/constants.ts';
import { mustInject, OsmDenial, webhookSelects } from '../../mesh/osm/sidecar-injection.ts';
import { type Check, failure, success, unknown, warning } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at } from '../untyped.ts';
import { isControlPlane, type Mesh } from './mesh.ts';
import { isInjected } from './namespaces.ts';

const RULE = 'pod-injection';

/** True for the pods of the control plane itself. */
export function isControlPlanePod(pod: Pod, meshes: readonly Mesh[]): boolean {
  return isControlPlane(pod) && meshes.some(({ namespace }) => namespace === pod.metadata.namespace);
}

/** Has a pod a sidecar exactly if OSM would give it one now? If not: is it older than its namespace's joining? */
export function injectionCheck(
  pod: Pod,
  namespace: Namespace | undefined,
  view: ClusterView,
  meshes: readonly Mesh[],
): Check {
  const { name, namespace: place } = pod.metadata;
  const context = `Verify Envoy sidecar on pod "${place}/${name}"`;
  const injected = isInjected(pod);
  if (namespace === undefined) {
    if (injected) return success(RULE, context, { reason: 'It has a sidecar; its namespace was not given' });
    const reason = `Namespace "${place}" was not given: the pod is examined as if it were to join`;
    return unknown(RULE, context, { reason, suggestion: 'Add the namespace: kubectl get namespaces -o yaml' });
  }
  const mesh = meshes.find((one) => one.name === namespace.metadata.labels?.[MONITORED_BY_LABEL]) ?? meshes[0];
  const wanted = mesh === undefined ? false : wants(pod, namespace, mesh);
  if (typeof wanted === 'string') {
    const reason = `${wanted}: a pod like this cannot be created`;
    return failure(RULE, context, { reason, suggestion: 'Correct the annotation' });
  }
  if (wanted && !injected) return missing(pod, namespace, view, context);
  if (!wanted && injected) {
    return warning(RULE, context, {
      reason: `It has a sidecar, but a new pod would get none: namespace "${place}" is not in the mesh, or injection is off`,
      suggestion: `If it is not to be in the mesh: ${restart(pod)}`,
    });
  }
  return success(RULE, context, {
    reason: injected ? 'It has a sidecar' : 'It is to have none: injection is off for it',
  });
}

/** True if the injector would give this pod a sidecar; the text of its denial if it would refuse it. */
function wants(pod: Pod, namespace: Namespace, mesh: Mesh): boolean | string {
  const place = { profile: mesh.profile, meshName: mesh.name, osmNamespace: mesh.namespace };
  if (!webhookSelects(namespace, place)) return false;
  const { annotations = {} } = namespace.metadata;
  try {
    return mustInject(pod, { name: namespace.metadata.name, monitored: true, annotations }, mesh.namespace);
  } catch (error) {
    if (error instanceof OsmDenial) return error.message;
    throw error;
  }
}

function missing(pod: Pod, namespace: Namespace, view: ClusterView, context: string): Check {
  const { name, namespace: place, creationTimestamp: created } = pod.metadata;
  const joined = joinedAt(namespace);
  const what = `Did not find Envoy sidecar on pod "${place}/${name}"`;
  const peers = view.list<Pod>('Pod', place).filter(isInjected).length;
  const others = peers === 0 ? '' : `; ${peers} other pod${peers === 1 ? '' : 's'} of the namespace have one`;
  const when =
    joined !== undefined && created !== undefined && created < joined
      ? `: it was created ${created}, before the namespace joined the mesh (${joined})`
      : `: it was created ${created ?? 'at an unknown time'}, before its namespace joined the mesh, or without the webhook`;
  return failure(RULE, context, { reason: `${what}${when}${others}`, suggestion: restart(pod) });
}

/** When the label was last written, if the namespace still tells who wrote what. */
function joinedAt(namespace: Namespace): string | undefined {
  const times = (namespace.metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => at(fieldsV1, 'f:metadata', 'f:labels', `f:${MONITORED_BY_LABEL}`) !== undefined)
    .map(({ time }) => time)
    .filter((time) => time !== undefined);
  return times.sort().at(-1);
}

/** The command that makes a pod anew. */
function restart(pod: Pod): string {
  const { name, namespace, ownerReferences = [], labels = {} } = pod.metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) return `Delete pod ${namespace}/${name} and create it again`;
  const hash = labels['pod-template-hash'];
  const [kind, of] =
    owner.kind === 'ReplicaSet' && hash !== undefined
      ? ['deployment', owner.name.replace(new RegExp(`-${hash}$`), '')]
      : [owner.kind.toLowerCase(), owner.name];
  return `kubectl rollout restart ${kind} -n ${namespace} ${of}`;
}
