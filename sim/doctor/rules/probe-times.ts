import type { Container } from '../../kube/objects.ts';

type Probe = NonNullable<Container['livenessProbe']>;

/** What a probe's numbers come to, in seconds; defaults filled in. */
export interface ProbeTimes {
  delay: number;
  period: number;
  timeout: number;
  failures: number;
  successes: number;
  /** From a failure of the app to the verdict: at best and at worst. */
  detection: { least: number; most: number };
  /** An app that never answers is given up this long after its container's start: at best and at worst. */
  givenUp: { least: number; most: number };
}

/**
 * The times of a probe. The worker ticks at a fixed rate that has nothing to do with the container's start, so that the
 * first attempt comes up to one period after the delay; a failed attempt may take the whole time-out, and one that takes
 * longer than the period holds up the next.
 */
export function probeTimes(probe: Probe): ProbeTimes {
  const delay = probe.initialDelaySeconds ?? 0;
  const period = probe.periodSeconds || 10;
  const timeout = probe.timeoutSeconds || 1;
  const failures = probe.failureThreshold || 3;
  const successes = probe.successThreshold || 1;
  const least = (failures - 1) * period;
  const most = failures * Math.max(period, timeout) + timeout;
  return {
    delay,
    period,
    timeout,
    failures,
    successes,
    detection: { least, most },
    givenUp: { least: delay + least, most: delay + most },
  };
}
