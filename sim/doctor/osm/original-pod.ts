import { decodeObject } from '../../kube/decoding/decode-object.ts';
import { defaultObject } from '../../kube/defaulting.ts';
import type { KubeObject, Pod } from '../../kube/objects.ts';
import type { NewObject } from '../../kube/store.ts';
import { BOOTSTRAP_VOLUME, ENVOY_CONTAINER, HEALTHCHECK_CONTAINER, INIT_CONTAINER } from '../../mesh/osm/constants.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at, isRecord, textAt } from '../untyped.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'ReplicationController'];

/**
 * The pod as it was handed to the injector: the template of its owner, or what `kubectl apply` noted; undefined if
 * neither is known.
 */
export function originalPod(pod: Pod, view: ClusterView): Pod | undefined {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner !== undefined) {
    const object = view.get(owner.kind, pod.metadata.namespace, owner.name);
    return object === undefined ? undefined : templatePod(object);
  }
  const applied = pod.metadata.annotations?.[LAST_APPLIED];
  if (applied === undefined) return undefined;
  try {
    const raw: unknown = JSON.parse(applied);
    return isRecord(raw) ? asPod(pod.metadata, raw.metadata, raw.spec) : undefined;
  } catch {
    return undefined;
  }
}

/** Is it, before the injector sees it, a copy of an injected pod (`kubectl debug --copy-to`)? */
export function isCopyOfInjected(pod: Pod): boolean {
  return pod.spec.volumes?.some(({ name }) => name === BOOTSTRAP_VOLUME) === true;
}

/** The pod that a workload makes; undefined if it makes none, or its template is not readable. */
export function templatePod(workload: KubeObject): Pod | undefined {
  if (!WORKLOADS.includes(workload.kind)) return undefined;
  const template = at(workload, 'spec', 'template') ?? at(workload, 'spec', 'jobTemplate', 'spec', 'template');
  return asPod(workload.metadata, at(template, 'metadata'), at(template, 'spec'));
}

/** Workloads of which no pod is among the objects: manifests that nobody has run yet, or whose pods are refused. */
export function workloadsWithoutPods(view: ClusterView): KubeObject[] {
  const key = (kind: string, namespace: string | undefined, name: string) => `${kind}/${namespace}/${name}`;
  const withPods = new Set<string>();
  const remember = ({ metadata }: KubeObject): void => {
    for (const { kind, name } of metadata.ownerReferences ?? []) withPods.add(key(kind, metadata.namespace, name));
  };
  view.list('Pod').forEach(remember);
  // What owns the owner of a pod has pods, too.
  for (const kind of ['ReplicaSet', 'Job']) {
    view
      .list(kind)
      .filter(({ metadata }) => withPods.has(key(kind, metadata.namespace, metadata.name)))
      .forEach(remember);
  }
  return WORKLOADS.flatMap((kind) => view.list(kind)).filter(
    ({ kind, metadata }) =>
      !withPods.has(key(kind, metadata.namespace, metadata.name)) &&
      // Its owner stands for it.
      metadata.ownerReferences?.some(({ controller }) => controller === true) !== true,
  );
}

/** Why the pods of a workload were refused the last time, by the event of its ReplicaSet or its own. */
export function refusalOf(workload: KubeObject, view: ClusterView): string | undefined {
  const { namespace, name, uid } = workload.metadata;
  const owned = view
    .list('ReplicaSet', namespace)
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(
        (owner) => owner.kind === workload.kind && owner.name === name && owner.uid === uid,
      ),
    );
  return [workload, ...owned]
    .flatMap(({ kind, metadata }) => view.eventsAbout(kind, metadata.namespace, metadata.name))
    .findLast(({ reason }) => reason === 'FailedCreate')?.message;
}

function asPod(owner: KubeObject['metadata'], metadata: unknown, spec: unknown): Pod | undefined {
  if (!isRecord(spec) || !Array.isArray(spec.containers)) return undefined;
  const raw = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(isRecord(metadata) ? metadata : {}),
      name: textAt(metadata, 'name') ?? owner.name,
      namespace: owner.namespace ?? 'default',
    },
    spec,
  };
  const { object, typeErrors } = decodeObject(raw);
  if (typeErrors.length > 0) return undefined;
  return { status: {}, ...(defaultObject(object as unknown as NewObject) as object) } as unknown as Pod;
}

/** The containers that are the user's: not those that OSM adds. */
export function appContainers(pod: Pod): Pod['spec']['containers'] {
  return pod.spec.containers.filter(({ name, image = '' }) => {
    if (name === HEALTHCHECK_CONTAINER && image.includes('osm-healthcheck')) return false;
    return !(name === ENVOY_CONTAINER && image.includes('envoy'));
  });
}

/** The pod without what OSM adds; its probes are still the rewritten ones. */
export function withoutSidecar(pod: Pod): Pod {
  const initContainers = pod.spec.initContainers?.filter(({ name }) => name !== INIT_CONTAINER);
  return {
    ...pod,
    spec: { ...pod.spec, containers: appContainers(pod), ...(initContainers === undefined ? {} : { initContainers }) },
  };
}
