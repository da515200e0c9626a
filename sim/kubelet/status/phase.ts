import type { ContainerStatus, Pod } from '../../kube/objects.ts';
import type { KubeletProfile } from '../profiles.ts';
import { findContainerStatus, isRestartableInitContainer } from './container-lookup.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface PodPhaseInput {
  pod: Pod;
  /** As the runtime sees them; `started` of sidecars is looked at. */
  containerStatuses: readonly ContainerStatus[];
  initContainerStatuses: readonly ContainerStatus[];
  /** Nothing of the pod runs any more, and nothing will. */
  podIsTerminal: boolean;
  /** A regular container has been created before. */
  hasInitialized: boolean;
  profile: Pick<KubeletProfile, 'phaseAsksForRestarts'>;
}

interface Counts {
  pendingInit: number;
  failedInit: number;
  pendingSidecars: number;
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  /** Of those that stopped, the ones that wait after an exit with 0. */
  waitingDone: number;
}

/**
 * The phase that a pod's containers add up to. It does not look at the phase the pod had: a terminal phase is kept by
 * the caller. Models kubernetes v1.34 pkg/kubelet/kubelet_pods.go getPhase.
 */
export function podPhase(input: PodPhaseInput): PodPhase {
  const counts: Counts = {
    pendingInit: 0,
    failedInit: 0,
    pendingSidecars: 0,
    unknown: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    succeeded: 0,
    waitingDone: 0,
  };
  for (const container of input.pod.spec.initContainers ?? []) {
    const status = findContainerStatus(input.initContainerStatuses, container.name);
    if (isRestartableInitContainer(container)) countSidecar(counts, status);
    else countInit(counts, status);
  }
  for (const { name } of input.pod.spec.containers) {
    countRegular(counts, findContainerStatus(input.containerStatuses, name));
  }
  return phaseOf(counts, input);
}

function phaseOf(counts: Counts, { pod, podIsTerminal, hasInitialized, profile }: PodPhaseInput): PodPhase {
  const { restartPolicy } = pod.spec;
  if (counts.failedInit > 0 && restartPolicy === 'Never') return 'Failed';
  // Sidecars that are being restarted do not put a pod that has run back to Pending.
  if (counts.pendingInit > 0 || (counts.pendingSidecars > 0 && !hasInitialized)) return 'Pending';
  if (counts.waiting > 0) return 'Pending';
  if (counts.unknown > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  const allSucceeded = counts.stopped === counts.succeeded;
  if (podIsTerminal) return allSucceeded ? 'Succeeded' : 'Failed';
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') return 'Running';
  if (allSucceeded) return 'Succeeded';
  if (restartPolicy === 'Never') return 'Failed';
  const allDone = counts.stopped === counts.succeeded + counts.waitingDone;
  return profile.phaseAsksForRestarts && allDone ? 'Failed' : 'Running';
}

function countInit(counts: Counts, status: ContainerStatus | undefined): void {
  const { state, lastState } = status ?? {};
  // One that waits to be tried again is not pending; it may have failed.
  const terminated = state?.terminated ?? (state?.waiting === undefined ? undefined : lastState?.terminated);
  if (terminated === undefined) counts.pendingInit++;
  else if (terminated.exitCode !== 0) counts.failedInit++;
}

function countSidecar(counts: Counts, status: ContainerStatus | undefined): void {
  if (status === undefined) {
    counts.unknown++;
  } else if (status.state?.running !== undefined) {
    if (status.started !== true) counts.pendingSidecars++;
    counts.running++;
  } else if (status.state?.terminated !== undefined) {
    // A stopped sidecar has no say in the phase.
  } else if (status.state?.waiting !== undefined) {
    if (status.lastState?.terminated !== undefined) return;
    counts.pendingSidecars++;
    counts.waiting++;
  } else {
    counts.pendingSidecars++;
    counts.unknown++;
  }
}

function countRegular(counts: Counts, status: ContainerStatus | undefined): void {
  const { state, lastState } = status ?? {};
  if (state?.running !== undefined) {
    counts.running++;
  } else if (state?.terminated !== undefined) {
    counts.stopped++;
    if (state.terminated.exitCode === 0) counts.succeeded++;
  } else if (state?.waiting !== undefined) {
    if (lastState?.terminated === undefined) counts.waiting++;
    else counts.stopped++;
    if (lastState?.terminated?.exitCode === 0) counts.waitingDone++;
  } else {
    counts.unknown++;
  }
}
