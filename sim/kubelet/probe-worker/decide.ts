import type { ProbeType } from '../../kube/fact.ts';
import type { Container, ContainerStatus, Pod, PodStatus, Probe } from '../../kube/objects.ts';
import type { KubeletProfile } from '../profiles.ts';
import { containerShouldRestart, findContainerStatus, isTerminalPhase } from '../status/container-lookup.ts';

/** What a worker is about; does not change while it lives. */
export interface WorkerSubject {
  readonly probe: ProbeType;
  /** The pod as it was when the worker was added: a later deletion is not seen here. */
  readonly pod: Pod;
  readonly container: Container;
  readonly spec: Probe;
  readonly sidecar: boolean;
  readonly profile: KubeletProfile;
}

/** What a worker remembers from run to run. */
export interface WorkerMemory {
  /** The container instance that was seen last; empty before the first. */
  readonly containerID: string;
  /** Not probing until another container id shows up. */
  readonly onHold: boolean;
}

/**
 * The rung of the ladder at which a run stops, in the order of the ladder.
 * `new-container` is the only one that is followed by another decision.
 */
export type Rung =
  | 'no-status'
  | 'pod-finished'
  | 'no-container'
  | 'new-container'
  | 'on-hold'
  | 'not-running'
  | 'finished-for-good'
  | 'pod-deleted'
  | 'initial-delay'
  | 'not-started'
  | 'already-started'
  | 'probe';

/**
 * What a worker does when its turn comes: the first rung that holds. Pure.
 * `status`: what the status manager holds for the pod. `nowMs`: wall clock, ms since 1970.
 *
 * Models kubernetes v1.34 pkg/kubelet/prober/worker.go doProbe.
 */
export function decide(
  status: PodStatus | undefined,
  subject: WorkerSubject,
  memory: WorkerMemory,
  nowMs: number,
): Rung {
  // The pod has not been synced yet, or it is gone already.
  if (status === undefined) return 'no-status';
  if (isTerminalPhase(status.phase)) return 'pod-finished';
  // Workers live before their containers do: AddPod comes before the runtime creates anything.
  const container = statusWithID(status, subject.container.name);
  if (container === undefined) return 'no-container';
  if (container.containerID !== memory.containerID) return 'new-container';
  // After a liveness failure or a startup verdict; checked before "running", so a kill changes no result.
  if (memory.onHold) return 'on-hold';
  const running = container.state?.running;
  if (running === undefined) return endsForGood(container, subject) ? 'finished-for-good' : 'not-running';
  // Readiness goes on through the grace period.
  if (subject.pod.metadata.deletionTimestamp !== undefined && subject.probe !== 'readiness') return 'pod-deleted';
  if (!delayIsOver(subject, running.startedAt, nowMs)) return 'initial-delay';
  // `started` is the *published* value: the others see a startup success only after it was written.
  if (container.started === true) return subject.probe === 'startup' ? 'already-started' : 'probe';
  return subject.probe === 'startup' ? 'probe' : 'not-started';
}

/** A container's status that has an id, among regular containers first, then init containers. */
export function statusWithID(status: PodStatus, name: string): ContainerStatus | undefined {
  const regular = findContainerStatus(status.containerStatuses, name);
  if (regular?.containerID) return regular;
  const init = findContainerStatus(status.initContainerStatuses, name);
  return init?.containerID ? init : undefined;
}

function endsForGood(container: ContainerStatus, subject: WorkerSubject): boolean {
  const terminated = container.state?.terminated;
  if (terminated === undefined || subject.sidecar) return false;
  const { container: spec, pod, profile } = subject;
  if (profile.workerEndsWhen === 'restart-policy-never') return pod.spec.restartPolicy === 'Never';
  return !containerShouldRestart(spec, pod, terminated.exitCode);
}

/** Go's int32(duration.Seconds()): towards zero. */
function wholeSecondsSince(startedAt: string | undefined, nowMs: number): number {
  // Without a start time it is Go's zero time: ages ago.
  return startedAt === undefined ? Number.POSITIVE_INFINITY : Math.trunc((nowMs - Date.parse(startedAt)) / 1000);
}

function delayIsOver(subject: WorkerSubject, startedAt: string | undefined, nowMs: number): boolean {
  const delay = subject.spec.initialDelaySeconds ?? 0;
  return delay <= 0 || wholeSecondsSince(startedAt, nowMs) >= delay;
}
