/**
 * What differs between Kubernetes releases in the kubelet, as data. A rule that a release changed is a field here;
 * code asks the field, never the version.
 */
export interface KubeletProfile {
  /** The release: `1.34`. */
  version: string;
  /**
   * When a probe worker ends because its container has terminated: only under restartPolicy Never, or whenever policy
   * and exit code say that the container will not be restarted.
   */
  workerEndsWhen: 'restart-policy-never' | 'not-restarted';
  /**
   * Containers that started longer than this before the kubelet keep their published readiness until they were probed
   * (ms). Undefined: every container starts anew, so a kubelet restart flaps readiness.
   * Models the gate ChangeContainerStatusOnKubeletRestart being off, and kubeletRestartGracePeriod.
   */
  restartGracePeriodMs: number | undefined;
  /** Initialized, once True, stays True, even while a native sidecar is being restarted before any regular container has started. */
  initializedIsSticky: boolean;
  /**
   * The phase asks whether policy and exit code let a container be restarted: under OnFailure, one that ended with 0
   * and waits in back-off, for a probe had it killed, ends the pod as Failed. Models the gate ContainerRestartRules.
   */
  phaseAsksForRestarts: boolean;
}

const V1_34: KubeletProfile = {
  version: '1.34',
  workerEndsWhen: 'restart-policy-never',
  restartGracePeriodMs: undefined,
  initializedIsSticky: false,
  phaseAsksForRestarts: false,
};

const V1_36: KubeletProfile = {
  version: '1.36',
  workerEndsWhen: 'not-restarted',
  restartGracePeriodMs: 10_000,
  initializedIsSticky: true,
  phaseAsksForRestarts: true,
};

/** The releases the kubelet is modelled after, by version. Both were checked against recordings of the real code. */
export const KUBELET_PROFILES: Readonly<Record<string, KubeletProfile>> = { '1.34': V1_34, '1.36': V1_36 };

export const DEFAULT_KUBELET_PROFILE: KubeletProfile = V1_34;
