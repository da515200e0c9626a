import type { ProbeType } from '../../kube/fact.ts';
import type { Container, Pod, Probe } from '../../kube/objects.ts';

/** A probe of a container, as the pod has it. */
export interface TaughtProbe {
  type: ProbeType;
  probe: Probe;
}

const PROBE_TYPES: readonly ProbeType[] = ['startup', 'liveness', 'readiness'];

/** The probes of a container, startup first: the order in which they come to matter. */
export function probesOf(container: Container): TaughtProbe[] {
  return PROBE_TYPES.flatMap((type) => {
    const probe = container[`${type}Probe`];
    return probe === undefined ? [] : [{ type, probe }];
  });
}

export const thresholdOf = ({ failureThreshold }: Probe): number => failureThreshold || 3;
const periodOf = ({ periodSeconds }: Probe): number => periodSeconds || 10;

/** What a container's probes are going to do; undefined if it has none. */
export function planLesson(container: Container): string | undefined {
  const probes = probesOf(container);
  if (probes.length === 0) return undefined;
  const plans = probes.map(({ type, probe }) => {
    const [times, seconds] = [thresholdOf(probe), periodOf(probe)];
    const failures = times === 1 ? 'one failure' : `${times} failures in a row`;
    if (type === 'startup')
      return `startup every ${seconds}s: until it succeeds no other probe runs, and after ${failures} (${times * seconds}s) the container is restarted`;
    if (type === 'liveness') return `liveness every ${seconds}s: ${failures} restart the container`;
    return `readiness every ${seconds}s: ${failures} take the pod out of its Services`;
  });
  const types = probes.map(({ type }) => type);
  const missing = [
    ...(types.includes('liveness') ? [] : ['without livenessProbe only the end of its process restarts it']),
    ...(types.includes('readiness') ? [] : ['without readinessProbe it is ready as soon as it runs']),
  ];
  return `The kubelet will probe ${container.name}: ${[...plans, ...missing].join('; ')}.`;
}

/** What a mesh made of the probes; undefined if they ask the app itself. */
export function meshLesson({ spec }: Pod): string | undefined {
  const paths = spec.containers.flatMap((one) => probesOf(one).map(({ probe }) => probe.httpGet?.path ?? ''));
  if (!paths.some((path) => /^\/osm-(startup|liveness|readiness)-probe/.test(path))) return undefined;
  return "The mesh rewrote the probes: the kubelet now asks Envoy's ports from 15901 on, and Envoy asks the app at the port and path that the manifest names. If Envoy is down or slow, healthy apps fail their probes.";
}

/** A probe failed, but not often enough to matter. */
export function firstFailureLesson(type: ProbeType, probe: Probe): string | undefined {
  const times = thresholdOf(probe);
  if (times === 1) return undefined;
  const then = type === 'readiness' ? 'take the pod out of its Services' : 'restart the container';
  const success = type === 'startup' ? 'one success, and it is not asked again' : 'one success starts the count again';
  return `Failure 1 of ${times}: an event and no more. ${times} in a row ${then}; ${success} (probelab explain ${type}Probe.failureThreshold).`;
}

/** Liveness or startup reached its threshold. */
export function killLesson(type: ProbeType, probe: Probe, { spec }: Pod, container: Container): string {
  const grace = probe.terminationGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  const hook = container.lifecycle?.preStop === undefined ? '' : 'its preStop hook, then ';
  const after =
    spec.restartPolicy === 'Never'
      ? 'With restartPolicy Never no new one is started.'
      : 'Then a new instance is started: in the same pod, with the same address.';
  return `${count(probe)}: the kubelet ends the container: ${hook}SIGTERM, and SIGKILL if it is still there after ${grace}s (terminationGracePeriodSeconds). ${after} (probelab explain ${type}Probe)`;
}

/** Readiness reached its threshold. */
export function unreadyLesson(probe: Probe): string {
  return `${count(probe)}: the pod's condition Ready becomes False, and its address in the EndpointSlice not ready: Services send it nothing more. Nothing is restarted; its probe goes on, and a success brings it back (probelab explain readinessProbe).`;
}

/** A container that was unready is ready again. */
export function readyAgainLesson({ successThreshold }: Probe): string {
  const enough = (successThreshold || 1) === 1 ? 'One success is' : `${successThreshold} successes in a row are`;
  return `${enough} enough (successThreshold ${successThreshold || 1}): the pod is ready again, and back in its Services.`;
}

function count(probe: Probe): string {
  const times = thresholdOf(probe);
  return times === 1 ? 'One failure is enough (failureThreshold 1)' : `Failure ${times} of ${times} in a row`;
}

export const READY_LESSON =
  'The first success: the container is ready. Once all containers of the pod are, its condition Ready is True, and its address in the EndpointSlice becomes ready: from now on Services send it requests.';
export const STARTED_UP_LESSON =
  'The startup probe has succeeded: it is not asked again for this instance. From now on liveness and readiness run.';
export const NEW_INSTANCE_LESSON =
  'A new instance begins from nothing: until its first attempt liveness counts as a success and readiness as a failure; initialDelaySeconds counts from its own start.';
export const BACK_OFF_LESSON =
  'CrashLoopBackOff: the container ended again, so the next start waits 10s, then 20s, 40s … at most 5m. Ten minutes of running without an end, and it is forgotten.';
export const PULL_LESSON =
  'The image cannot be pulled: the kubelet tries again after 10s, 20s, 40s … at most 5m. Meanwhile the container waits (ErrImagePull, ImagePullBackOff); probes do not run.';
export const WARNING_LESSON =
  'A redirect to another host is not followed: it is an event of type Warning, and it counts as a success.';
export const ERROR_LESSON =
  'The attempt itself could not be carried out: neither a success nor a failure. It is tried up to three times at once, then thrown away; nothing is counted.';
export const KILLED_LESSON =
  'The grace period is over, and the process was still there: SIGKILL. It had no chance to end its requests (exit code 137).';

/** A pod is being deleted. */
export function deletionLesson({ spec, metadata }: Pod): string {
  const grace = metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  return `The pod is deleted: its address stops being ready in the EndpointSlice, and at the same time its containers get SIGTERM (${grace}s until SIGKILL). Nobody waits for callers that still know the address: a preStop hook that sleeps gives them time.`;
}

/** A container's process ended by itself. */
export function exitLesson({ spec }: Pod, container: string, exitCode: number | undefined): string {
  const policy = spec.restartPolicy ?? 'Always';
  const again = policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
  const then = again ? 'it is started again, without any probe having asked for it' : 'it is not started again';
  return `The process of ${container} ended by itself with code ${exitCode ?? '?'}: with restartPolicy ${policy} ${then}.`;
}
