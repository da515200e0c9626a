import type { Clock } from '../core/clock.ts';
import type { Pod, PodStatus } from '../kube/objects.ts';

export interface ActiveDeadline {
  passed: boolean;
  /** Run time at which it passes. */
  at: number;
  message: string;
}

/**
 * The pod's activeDeadlineSeconds, counted from status.startTime (a whole second); undefined without one.
 * Models kubernetes v1.34 pkg/kubelet/active_deadline.go.
 */
export function activeDeadline(
  clock: Pick<Clock, 'now' | 'epochMs'>,
  pod: Pod,
  status: PodStatus,
): ActiveDeadline | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  if (seconds === undefined || status.startTime === undefined) return undefined;
  const at = Date.parse(status.startTime) - clock.epochMs + seconds * 1000;
  return {
    passed: clock.now() >= at,
    at,
    message: 'Pod was active on the node longer than the specified deadline',
  };
}
