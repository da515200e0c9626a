import type { Namespace, Pod } from '../../kube/objects.ts';
import {
  ANNOTATIONS,
  ENVOY_CONTAINER,
  IGNORE_LABEL,
  MONITORED_BY_LABEL,
  PROXY_UUID_LABEL,
} from '../../mesh/osm/constants.ts';
import { metricsEnabled, mustInject, OsmDenial } from '../../mesh/osm/sidecar-injection.ts';
import { type Check, failure, success, unknown, warning } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { Mesh } from './mesh.ts';

const RULE = 'namespace';

/** True for a pod that an injector of OSM has worked on. */
export function isInjected(pod: Pod): boolean {
  return (
    pod.metadata.labels?.[PROXY_UUID_LABEL] !== undefined ||
    pod.spec.containers.some(({ name, image }) => name === ENVOY_CONTAINER && image?.includes('envoy') === true)
  );
}

/** Every namespace that has to do with a mesh: both marks of its joining, with values that OSM understands. */
export function namespaceChecks(view: ClusterView, meshes: readonly Mesh[]): Check[] {
  const concerned = view.list<Namespace>('Namespace').filter((namespace) => isConcerned(view, namespace, meshes));
  const known = new Set(view.list('Namespace').map(({ metadata }) => metadata.name));
  const missing = [
    ...new Set(
      view
        .list<Pod>('Pod')
        .filter(isInjected)
        .map(({ metadata }) => metadata.namespace),
    ),
  ]
    .filter((name) => !known.has(name))
    .map((name) =>
      unknown(RULE, `Verify namespace "${name}" is in a mesh`, {
        reason: `Namespace "${name}" is not among the objects given`,
        suggestion: 'Add the output of: kubectl get namespaces -o yaml',
      }),
    );
  return [...concerned.map((namespace) => namespaceCheck(view, namespace, meshes)), ...missing];
}

function isConcerned(view: ClusterView, { metadata }: Namespace, meshes: readonly Mesh[]): boolean {
  return (
    metadata.labels?.[MONITORED_BY_LABEL] !== undefined ||
    metadata.annotations?.[ANNOTATIONS.sidecarInjection] !== undefined ||
    (!meshes.some(({ namespace }) => namespace === metadata.name) &&
      view.list<Pod>('Pod', metadata.name).some((pod) => isInjected(pod)))
  );
}

function namespaceCheck(view: ClusterView, namespace: Namespace, meshes: readonly Mesh[]): Check {
  const { name, labels = {}, annotations = {} } = namespace.metadata;
  const object = `namespace/${name}`;
  const mesh = meshes.find((one) => one.name === labels[MONITORED_BY_LABEL]) ?? meshes[0];
  const context = `Verify if namespace "${name}" is monitored`;
  const add = `osm namespace add ${name}${mesh === undefined ? '' : ` --mesh-name ${mesh.name} --osm-namespace ${mesh.namespace}`}`;
  const fail = (reason: string, suggestion: string): Check => failure(RULE, context, { object, reason, suggestion });
  const monitoredBy = labels[MONITORED_BY_LABEL];
  const owner = meshes.find((one) => one.namespace === name);
  if (monitoredBy !== undefined && (owner !== undefined || ['kube-system', 'kube-public'].includes(name))) {
    const what = owner === undefined ? 'never takes part in a mesh' : `holds the control plane of mesh "${owner.name}"`;
    return fail(
      `Namespace "${name}" ${what}, and has label "${MONITORED_BY_LABEL}=${monitoredBy}"`,
      `osm namespace remove ${name} --mesh-name ${monitoredBy}; then restart its pods: kubectl rollout restart deployment -n ${name}`,
    );
  }
  if (monitoredBy === undefined) {
    const injected = view.list<Pod>('Pod', name).filter(isInjected).length;
    const pods = injected === 0 ? '' : `, though ${injected} of its pods have a sidecar`;
    return fail(`Missing label "${MONITORED_BY_LABEL}" on namespace "${name}"${pods}: new pods get no sidecar`, add);
  }
  if (mesh?.seen && monitoredBy !== mesh.name) {
    return fail(
      `Expected label "${MONITORED_BY_LABEL}" to have value "${mesh.name}", got "${monitoredBy}"`,
      `There is no mesh "${monitoredBy}": ${add}`,
    );
  }
  return annotationCheck(namespace, { context, object, add, annotations, monitoredBy });
}

function annotationCheck(
  { metadata: { name, labels = {} } }: Namespace,
  about: {
    context: string;
    object: string;
    add: string;
    annotations: Readonly<Record<string, string>>;
    monitoredBy: string;
  },
): Check {
  const { context, object, add, annotations, monitoredBy } = about;
  const view = { name, monitored: true, annotations };
  try {
    metricsEnabled(view);
    const injects = mustInject({ spec: {} }, view, '');
    const reason = `"${MONITORED_BY_LABEL}": "${monitoredBy}", "${ANNOTATIONS.sidecarInjection}": "${annotations[ANNOTATIONS.sidecarInjection] ?? '<none>'}"`;
    if (labels[IGNORE_LABEL] !== undefined) {
      return warning(RULE, context, {
        object,
        reason: `${reason}, but label "${IGNORE_LABEL}" is there, too: disabled (ignored)`,
        suggestion: `If it is to be in the mesh: kubectl label namespace ${name} ${IGNORE_LABEL}-`,
      });
    }
    if (injects) return success(RULE, context, { object, reason });
    if (annotations[ANNOTATIONS.sidecarInjection] !== undefined) {
      return warning(RULE, context, {
        object,
        reason: `${reason}: only pods that ask for it get a sidecar`,
        suggestion: `If all are to: ${add}`,
      });
    }
    const missing = `Missing annotation "${ANNOTATIONS.sidecarInjection}": "enabled" on namespace "${name}"`;
    return failure(RULE, context, { object, reason: `${missing}: new pods get no sidecar`, suggestion: add });
  } catch (error) {
    if (!(error instanceof OsmDenial)) throw error;
    return failure(RULE, context, {
      object,
      reason: `${error.message}: no pod can be created in namespace "${name}"`,
      suggestion: 'Set the annotation to enabled or disabled',
    });
  }
}
