import type { Event, Pod } from '../kube/objects.ts';
import type { ClusterView } from './cluster-view.ts';

/** One thing that keeps a pod from being ready. */
export interface Trouble {
  reason: string;
  suggestion: string;
}

type ContainerStatus = NonNullable<Pod['status']['containerStatuses']>[number];

const CURES: Readonly<Record<string, string>> = {
  ErrImagePull: 'Correct the image name or tag, and the credentials of its registry',
  ImagePullBackOff: 'Correct the image name or tag, and the credentials of its registry',
  ErrImageNeverPull: 'Load the image onto the node, or change imagePullPolicy',
  InvalidImageName: 'Correct the image name',
  CrashLoopBackOff: 'Read why it exits',
  CreateContainerConfigError: 'Create the ConfigMap or Secret that the container refers to',
  CreateContainerError: 'See the events of the pod',
  RunContainerError: 'See the events of the pod: its command may be missing in the image',
};

/**
 * Why a pod is not well now: not scheduled, a container that does not start or has ended, a probe that fails. Empty for
 * a pod that is ready, is being deleted, or has completed.
 */
export function podTroubles(pod: Pod, view: ClusterView): Trouble[] {
  const { phase } = pod.status;
  if (pod.metadata.deletionTimestamp !== undefined || phase === 'Succeeded') return [];
  if (phase === undefined) return [];
  const condition = (type: string) => pod.status.conditions?.find((one) => one.type === type);
  if (condition('Ready')?.status === 'True') return [];
  const scheduled = condition('PodScheduled');
  if (scheduled?.status === 'False') {
    const message = scheduled.message ?? scheduled.reason ?? 'no reason given';
    return [
      {
        reason: `not scheduled: ${message}`,
        suggestion: 'Give the nodes what the pod asks for, or let it ask for less',
      },
    ];
  }
  const found = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])].flatMap(
    (status) => containerTrouble(pod, status),
  );
  found.push(...unfinishedInit(pod), ...failingProbes(pod, view));
  if (found.length > 0) return found;
  const ready = condition('Ready');
  const why = ready?.message ?? pod.status.message ?? pod.status.reason ?? ready?.reason ?? `phase ${phase}`;
  return [{ reason: `not ready: ${why}`, suggestion: describeCommand(pod) }];
}

/** Containers wait for init containers one after the other; one that is meant to go on has to say so. */
function unfinishedInit(pod: Pod): Trouble[] {
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always').map((one) => one.name),
  );
  return (pod.status.initContainerStatuses ?? [])
    .filter(({ name, state }) => state?.running !== undefined && !sidecars.has(name))
    .map(({ name }) => ({
      reason: `init container "${name}" still runs, the containers wait for its end`,
      suggestion: `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${name}; a sidecar needs restartPolicy: Always, which an injector with an older API takes away`,
    }));
}

function containerTrouble(pod: Pod, { name, state, lastState }: ContainerStatus): Trouble[] {
  const logs = `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${name}`;
  if (state?.waiting !== undefined) {
    const { reason = 'waiting', message } = state.waiting;
    const cure = CURES[reason];
    if (cure === undefined) return [];
    const ended = lastState?.terminated;
    const exit = ended === undefined ? '' : `, last exit code ${ended.exitCode} (${ended.reason ?? 'Error'})`;
    const text = message === undefined || message === '' ? '' : `: ${message}`;
    const suggestion = reason === 'CrashLoopBackOff' ? `${cure}: ${logs} -p` : cure;
    return [{ reason: `container "${name}" is in ${reason}${text}${exit}`, suggestion }];
  }
  if (state?.terminated !== undefined && state.terminated.exitCode !== 0) {
    const { exitCode, reason = 'Error' } = state.terminated;
    return [{ reason: `container "${name}" ended with exit code ${exitCode} (${reason})`, suggestion: logs }];
  }
  return [];
}

/** The last message of each kind of probe that fails, of containers that run and are not ready. */
function failingProbes(pod: Pod, view: ClusterView): Trouble[] {
  const { name, namespace } = pod.metadata;
  const notReady = new Set(
    (pod.status.containerStatuses ?? []).filter((status) => !status.ready).map((status) => status.name),
  );
  const last = new Map<string, Event>();
  for (const event of view.eventsAbout('Pod', namespace, name)) {
    if (event.reason !== 'Unhealthy') continue;
    const container = /\{(.+)\}/.exec(event.involvedObject.fieldPath ?? '')?.[1] ?? '';
    if (container !== '' && !notReady.has(container)) continue;
    last.set(`${container} ${/^\w+/.exec(event.message)?.[0]}`, event);
  }
  return [...last].map(([key, { message }]) => ({
    reason: `container "${key.split(' ')[0]}": ${message}`,
    suggestion: meaningOf(message),
  }));
}

/** What the message of a failed probe says about where it failed, of a pod behind a proxy above all. */
export function meaningOf(message: string): string {
  if (/connection reset by peer|: EOF/.test(message)) {
    return 'The proxy wants mutual TLS at that port: the probe is not rewritten, or the app closed the connection';
  }
  if (/:1590[1-3].*connection refused/.test(message)) return 'Envoy does not listen there (yet)';
  if (/:15904.*connection refused/.test(message)) return 'No container osm-healthcheck listens there';
  if (/connection refused/.test(message)) return 'Nothing listens at that port: is the app up, and is it that port?';
  if (/statuscode: 503/.test(message)) {
    return 'The app says 503, or Envoy cannot reach it at the port of the probe: see its log';
  }
  if (/statuscode: 404/.test(message)) {
    return 'Behind OSM: the app redirects, or (15904) nothing listens at the TCP port; else the path does not exist';
  }
  if (/statuscode: 504|deadline exceeded/.test(message)) return 'The app takes longer than timeoutSeconds';
  if (/server gave HTTP response to HTTPS client/.test(message)) return 'The app speaks HTTP, the probe HTTPS';
  if (/statuscode: 40[13]/.test(message)) return 'The app, or a policy, refuses the probe: it has no credentials';
  return 'See the log of the container';
}

/** How a person reads more about a pod. */
export function describeCommand(pod: Pod): string {
  return `kubectl describe pod -n ${pod.metadata.namespace} ${pod.metadata.name}`;
}
