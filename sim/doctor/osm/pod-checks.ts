import type { KubeObject, Namespace, Pod } from '../../kube/objects.ts';
import {
  ENVOY_CONTAINER,
  HEALTHCHECK_CONTAINER,
  INIT_CONTAINER,
  MONITORED_BY_LABEL,
  OSM_PORTS,
} from '../../mesh/osm/constants.ts';
import { OSM_PROFILES, type OsmProfile } from '../../mesh/osm/profiles.ts';
import { type Check, failure, group, success, warning } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { meaningOf, podTroubles } from '../pod-troubles.ts';
import { type Mesh, versionOf } from './mesh.ts';
import { isInjected } from './namespaces.ts';
import {
  appContainers,
  isCopyOfInjected,
  originalPod,
  refusalOf,
  templatePod,
  withoutSidecar,
  workloadsWithoutPods,
} from './original-pod.ts';
import { listenerChecks } from './pod-envoy.ts';
import { injectionCheck, isControlPlanePod } from './pod-injection.ts';
import { probeChecks } from './pod-probes.ts';
import type { Trap, TrapSubject } from './trap.ts';
import { CONTAINER_TRAPS } from './traps-of-containers.ts';
import { POD_TRAPS } from './traps-of-pods.ts';
import { PROBE_TRAPS } from './traps-of-probes.ts';

const TRAPS: readonly Trap[] = [...PROBE_TRAPS, ...CONTAINER_TRAPS, ...POD_TRAPS];

/** Every pod that has to do with a mesh, and every manifest that would make one. */
export function podChecks(view: ClusterView, meshes: readonly Mesh[], only: string | undefined): Check[] {
  const inScope = (object: KubeObject) => only === undefined || object.metadata.namespace === only;
  const pods = view
    .list<Pod>('Pod')
    .filter(inScope as (pod: Pod) => boolean)
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && concernsMesh(pod, view, meshes));
  const templates = workloadsWithoutPods(view)
    .filter(inScope)
    .map((workload) => ({ workload, pod: templatePod(workload) }))
    .filter(({ pod }) => pod !== undefined && concernsMesh(pod, view, meshes))
    .map(({ workload, pod }) => templateCheck(workload, pod as Pod, view, meshes));
  return [...pods.map((pod) => podCheck(pod, view, meshes)), ...templates];
}

function namespaceOf(pod: Pod, view: ClusterView): Namespace | undefined {
  return view.get<Namespace>('Namespace', undefined, pod.metadata.namespace);
}

/** In files without its namespace a pod is examined as if it were to join. */
function concernsMesh(pod: Pod, view: ClusterView, meshes: readonly Mesh[]): boolean {
  if (isControlPlanePod(pod, meshes)) return false;
  if (isInjected(pod)) return true;
  const namespace = namespaceOf(pod, view);
  if (namespace !== undefined) return namespace.metadata.labels?.[MONITORED_BY_LABEL] !== undefined;
  return view.input.origin === 'files' && !/^kube-/.test(pod.metadata.namespace ?? '');
}

function podCheck(pod: Pod, view: ClusterView, meshes: readonly Mesh[]): Check {
  const { name, namespace } = pod.metadata;
  const object = `pod/${namespace}/${name}`;
  const profile = profileOf(pod, meshes);
  const handed = originalPod(pod, view);
  // What an injector recognizes as a copy has its sidecar and rewritten probes already: of what was before nothing is known.
  const original = handed !== undefined && profile.recognizesCopies && isCopyOfInjected(handed) ? undefined : handed;
  const checks = [injectionCheck(pod, namespaceOf(pod, view), view, meshes)];
  if (isInjected(pod)) {
    checks.push(
      ...probeChecks(pod, original, profile),
      ...listenerChecks(pod, original, profile, view),
      ...sidecarChecks(pod),
    );
  }
  if (pod.status.phase !== undefined) checks.push(healthCheck(pod, view));
  const subject = {
    pod: original ?? withoutSidecar(pod),
    rewritten: original === undefined && isInjected(pod),
    admitted: pod,
    namespace: namespaceOf(pod, view),
    profile,
    view,
  };
  checks.push(...trapChecks(subject));
  return group('pod', `Verify pod "${namespace}/${name}"`, checks, { object });
}

function templateCheck(workload: KubeObject, pod: Pod, view: ClusterView, meshes: readonly Mesh[]): Check {
  const { kind, metadata } = workload;
  const name = `${kind.toLowerCase()}/${metadata.namespace ?? 'default'}/${metadata.name}`;
  const namespace = namespaceOf(pod, view);
  const profile = profileOf(pod, meshes);
  const copy = profile.recognizesCopies && isCopyOfInjected(pod);
  const given = { pod: copy ? withoutSidecar(pod) : pod, rewritten: copy };
  const subject: TrapSubject = { ...given, admitted: undefined, namespace, profile, view };
  const checks = [...creationChecks(workload, view), ...trapChecks(subject)];
  return group('template', `Verify the pods of ${name} fit into the mesh`, checks, { object: name });
}

/** A workload without pods that says why: the API server, or a webhook, refuses them. */
function creationChecks(workload: KubeObject, view: ClusterView): Check[] {
  const refusal = refusalOf(workload, view);
  if (refusal === undefined || workload.spec?.replicas === 0) return [];
  return [
    failure('pod-creation', 'Verify its pods are created', {
      reason: refusal,
      suggestion: meaningOfRefusal(refusal),
    }),
  ];
}

function meaningOfRefusal(message: string): string {
  if (/expected response.uid=/.test(message)) {
    return 'OSM denies the pod; why stands in the log of osm-injector only. See the annotations of pod and namespace';
  }
  if (/failed calling webhook "osm-inject/.test(message))
    return 'osm-injector cannot be reached: see its pods and Service';
  if (/must specify a handler type/.test(message))
    return 'The injector removed the grpc handler of a probe: use exec, or a later OSM';
  if (/Duplicate value/.test(message)) return "A container or volume has the name of one of OSM's: rename it";
  return 'See what the message names';
}

/** The release that injected a pod, by its init container; else that of the mesh. */
function profileOf(pod: Pod, meshes: readonly Mesh[]): OsmProfile {
  const image = pod.spec.initContainers?.find(({ name }) => name === INIT_CONTAINER)?.image ?? '';
  const [, tag] = /openservicemesh\/init:([^@]+)/.exec(image) ?? [];
  if (tag !== undefined && /^(v\d|latest-main)/.test(tag)) return OSM_PROFILES[versionOf(tag)];
  return meshes[0]?.profile ?? OSM_PROFILES['1.1'];
}

function trapChecks(subject: TrapSubject): Check[] {
  return TRAPS.flatMap((trap): Check[] => {
    const found = trap.find(subject);
    if (found.length === 0) return [success(trap.rule, trap.context)];
    return found.map(({ status, ...finding }) =>
      (status === 'Failure' ? failure : warning)(trap.rule, trap.context, finding),
    );
  });
}

/** The containers that OSM added: there, and running. */
function sidecarChecks(pod: Pod): Check[] {
  const names = [ENVOY_CONTAINER];
  const needsHealthcheck = appContainers(pod).some(({ livenessProbe, readinessProbe, startupProbe }) =>
    [livenessProbe, readinessProbe, startupProbe].some((probe) => probe?.httpGet?.port === OSM_PORTS.healthcheck),
  );
  if (needsHealthcheck) names.push(HEALTHCHECK_CONTAINER);
  return names.map((name) => containerCheck(pod, name));
}

function containerCheck(pod: Pod, name: string): Check {
  const context = `Verify container "${name}" is there and running`;
  const { namespace, name: podName } = pod.metadata;
  if (!pod.spec.containers.some((container) => container.name === name)) {
    const effect =
      name === HEALTHCHECK_CONTAINER
        ? `tcpSocket probes are led to ${OSM_PORTS.healthcheck}, where nobody listens: connection refused`
        : 'nothing listens on the ports of the probes: connection refused';
    return failure('sidecar', context, {
      reason: `The pod has no container "${name}": ${effect}`,
      suggestion: 'Create the pod again; if it stays away, see the traps of several containers below',
    });
  }
  const status = pod.status.containerStatuses?.find((one) => one.name === name);
  if (status === undefined || status.state?.running !== undefined) return success('sidecar', context);
  const { waiting, terminated } = status.state ?? {};
  const state =
    waiting === undefined ? `terminated with exit code ${terminated?.exitCode}` : `waiting: ${waiting.reason ?? ''}`;
  return failure('sidecar', context, {
    reason: `It is ${state}${waiting?.message === undefined ? '' : ` (${waiting.message})`}`,
    suggestion: `kubectl logs -n ${namespace} ${podName} -c ${name}`,
  });
}

/** Is the pod well now? And if it is: was it always? */
function healthCheck(pod: Pod, view: ClusterView): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify pod "${namespace}/${name}" is ready and its probes succeed`;
  const troubles = podTroubles(pod, view);
  if (troubles.length > 0) {
    return failure('pod-ready', context, {
      reason: `Pod not ready: ${troubles.map(({ reason }) => reason).join('; ')}`,
      suggestion: [...new Set(troubles.map(({ suggestion }) => suggestion))].join('. '),
    });
  }
  const restarted = (pod.status.containerStatuses ?? []).filter(({ restartCount }) => restartCount > 0);
  const last = view.eventsAbout('Pod', namespace, name).findLast(({ reason }) => reason === 'Unhealthy');
  if (restarted.length === 0) return success('pod-ready', context);
  const counts = restarted.map((one) => `container "${one.name}" restarted ${one.restartCount} times`).join(', ');
  return warning('pod-ready', context, {
    reason: `It is ready, but ${counts}${last === undefined ? '' : `; last failed probe: ${last.message}`}`,
    suggestion:
      last === undefined ? `kubectl logs -n ${namespace} ${name} -c ${restarted[0]?.name} -p` : meaningOf(last.message),
  });
}
