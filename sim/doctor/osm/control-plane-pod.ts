import type { Namespace, Pod } from '../../kube/objects.ts';
import { ENVOY_CONTAINER, MONITORED_BY_LABEL } from '../../mesh/osm/constants.ts';
import { type Check, failure, group, success, unknown, warning } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { WantedAnswer } from '../doctor.ts';
import { podTroubles } from '../pod-troubles.ts';
import { type ControlPlaneApp, isBefore, type Mesh } from './mesh.ts';

const LINES_SHOWN = 3;

/** One pod of the control plane: the steps that OSM's page about its health probes gives, in their order. */
export function controlPlanePod(view: ClusterView, mesh: Mesh, app: ControlPlaneApp, pod: Pod): Check {
  const { name } = pod.metadata;
  const checks = [
    noSidecar(view, mesh, pod),
    startErrors(view, pod, app),
    ...healthAnswers(view, pod, app),
    runtimeErrors(view, mesh, pod),
  ];
  return group('control-plane-pod', `Verify pod ${mesh.namespace}/${name}`, checks, {
    object: `pod/${mesh.namespace}/${name}`,
  });
}

/** The health endpoints of a part, as its chart's probes ask them. From v1.2 on all of them are on 9091. */
export function healthEndpoints(app: ControlPlaneApp, mesh: Mesh): Omit<WantedAnswer, 'namespace' | 'pod'>[] {
  if (app === 'osm-controller') {
    return ['/health/alive', '/health/ready'].map((path) => ({ scheme: 'http', port: 9091, path }));
  }
  if (!isBefore(mesh.release ?? 'v1.1', 1, 2)) return [{ scheme: 'http', port: 9091, path: '/healthz' }];
  return app === 'osm-injector'
    ? [{ scheme: 'https', port: 9090, path: '/healthz' }]
    : [{ scheme: 'http', port: 9095, path: '/healthz' }];
}

/** What the pod says itself: the body tells what the kubelet's events leave out. */
function healthAnswers(view: ClusterView, pod: Pod, app: ControlPlaneApp): Check[] {
  const { name, namespace } = pod.metadata;
  const own = (view.input.answers ?? []).filter((answer) => answer.pod === name && answer.namespace === namespace);
  return own.map(({ port, path, ok, text }) => {
    const context = `Verify health probes of pod for app ${namespace}/${app}: ${path} on ${port}`;
    if (ok) return success('control-plane-health', context, { reason: text });
    if (/forbidden/i.test(text)) {
      const suggestion = `kubectl port-forward -n ${namespace} ${name} ${port}; curl -i localhost:${port}${path}`;
      return unknown('control-plane-health', context, { reason: text, suggestion });
    }
    return failure('control-plane-health', context, {
      reason: `Probe failure: HTTP probe failed for pod ${namespace}/${name}: ${text}`,
      suggestion: `The text says which part is not well; see its log: kubectl logs -n ${namespace} ${name}`,
    });
  });
}

/** Step 1: it must not have an Envoy of this or another mesh. */
function noSidecar(view: ClusterView, mesh: Mesh, pod: Pod): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify pod ${namespace}/${name} has no Envoy sidecar`;
  const envoy = pod.spec.containers.find(
    (container) => container.name === ENVOY_CONTAINER || container.image?.includes('envoyproxy/envoy'),
  );
  if (envoy === undefined) return success('control-plane-sidecar', context);
  const by = view.get<Namespace>('Namespace', undefined, namespace)?.metadata.labels?.[MONITORED_BY_LABEL];
  const remove =
    by === undefined
      ? `Namespace "${namespace}" is in no mesh now`
      : `osm namespace remove ${namespace} --mesh-name ${by}`;
  return failure('control-plane-sidecar', context, {
    reason: `Container "${envoy.name}" with image "${envoy.image}"${by === undefined ? '' : `: the namespace is in mesh "${by}"`}. Its probes are answered by Envoy, but nobody without a certificate of that mesh reaches the webhook, ADS and the validator`,
    suggestion: `${remove}; then kubectl rollout restart deployment -n ${mesh.namespace}`,
  });
}

/** Step 2: errors of scheduling and starting, and what the kubelet says about its probes. */
function startErrors(view: ClusterView, pod: Pod, app: ControlPlaneApp): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify readiness status of pod for app ${namespace}/${app}`;
  const troubles = podTroubles(pod, view);
  if (troubles.length > 0) {
    return failure('control-plane-ready', context, {
      reason: `Pod not ready: ${namespace}/${name} ${troubles.map(({ reason }) => reason).join('; ')}`,
      suggestion: [...new Set(troubles.map(({ suggestion }) => suggestion))].join('. '),
    });
  }
  const restarts = (pod.status.containerStatuses ?? []).reduce((sum, status) => sum + status.restartCount, 0);
  if (restarts === 0) return success('control-plane-ready', context);
  const last = view.eventsAbout('Pod', namespace, name).findLast(({ type }) => type === 'Warning');
  return warning('control-plane-ready', context, {
    reason: `It is ready after ${restarts} restart${restarts === 1 ? '' : 's'}${last === undefined ? '' : `; last warning: ${last.message}`}`,
    suggestion: `kubectl logs -n ${namespace} ${name} -p`,
  });
}

/** Step 3: errors in its log. */
function runtimeErrors(view: ClusterView, mesh: Mesh, pod: Pod): Check {
  const { name, namespace } = pod.metadata;
  const context = `Verify the log of pod ${namespace}/${name} has no "level":"error"`;
  const command = `kubectl logs -n ${mesh.namespace} ${name}`;
  const logs = view.input.logs.filter((log) => log.pod === name && log.namespace === namespace);
  const started = (pod.status.containerStatuses ?? []).some(({ started }) => started === true);
  const { origin, unread } = view.input;
  if (logs.length === 0 && (origin === 'files' || unread?.has('Log') === true || (origin === 'cluster' && started))) {
    const suggestion = `${command} | grep '"level":"error"'`;
    return unknown('control-plane-log', context, { reason: 'Its log is not among what was given', suggestion });
  }
  const errors = logs.flatMap(({ lines }) => lines.filter((line) => /"level":\s*"(error|fatal)"/.test(line)));
  if (errors.length === 0) return success('control-plane-log', context);
  const shown = errors.slice(-LINES_SHOWN).join('; ');
  const isReady = podTroubles(pod, view).length === 0;
  return (isReady ? warning : failure)('control-plane-log', context, {
    reason: `${errors.length} line${errors.length === 1 ? '' : 's'}, the last: ${shown}`,
    suggestion: `Resolve these errors: ${command}`,
  });
}
