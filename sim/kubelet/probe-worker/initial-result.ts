import type { ProbeResult, ProbeType } from '../../kube/fact.ts';
import type { ContainerStatus } from '../../kube/objects.ts';
import type { KubeletProfile } from '../profiles.ts';
import type { WorkerSubject } from './decide.ts';

/** The value of a container that was never probed. Models kubernetes v1.34 pkg/kubelet/prober/worker.go newWorker. */
export const INITIAL_RESULTS: Readonly<Record<ProbeType, ProbeResult>> = {
  readiness: 'Failure',
  liveness: 'Success',
  startup: 'Unknown',
};

/** True if the release keeps what was published about containers this much older than the kubelet. Times in ms since 1970. */
export function outlivedKubeletRestart(
  profile: KubeletProfile,
  container: ContainerStatus | undefined,
  kubeletStartedAtMs: number,
): boolean {
  const startedAt = container?.state?.running?.startedAt;
  if (profile.restartGracePeriodMs === undefined || startedAt === undefined) return false;
  return Date.parse(startedAt) < kubeletStartedAtMs - profile.restartGracePeriodMs;
}

/**
 * What a worker publishes, one after the other, when it sees a container id for the first time.
 * `kubeletStartedAtMs`: ms since 1970. Models worker.go doProbe; from 1.36 on, KEP-4781.
 */
export function initialResults(
  subject: WorkerSubject,
  container: ContainerStatus | undefined,
  kubeletStartedAtMs: number,
): ProbeResult[] {
  const initial = INITIAL_RESULTS[subject.probe];
  if (subject.profile.restartGracePeriodMs === undefined) return [initial];
  // A native sidecar that had started is not started anew: what follows it in the pod runs already.
  const hadStarted = subject.probe === 'startup' && subject.sidecar && container?.started === true;
  const seed: ProbeResult[] = hadStarted ? ['Success'] : [];
  return outlivedKubeletRestart(subject.profile, container, kubeletStartedAtMs) ? seed : [...seed, initial];
}
