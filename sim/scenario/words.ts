/** The actions of a step. */
export const STEP_ACTIONS = [
  'app',
  'apply',
  'delete',
  'patch',
  'scale',
  'rollout',
  'network',
  'envoy',
  'kubelet',
  'runtime',
  'pause',
  'exec',
  'request',
] as const;

/** When an expectation must hold. */
export const EXPECTATION_TIMES = ['at', 'by', 'between', 'during', 'never'] as const;

/** What an expectation is about. */
export const EXPECTATION_SUBJECTS = ['object', 'event', 'probe', 'endpoints', 'request'] as const;

/** A Go duration, not negative, as fields of the schema that are durations spell it; they become milliseconds. */
export const DURATION_PATTERN = '^(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|ms|s|m|h))+)$';

/** What the schema's other patterns mean to somebody who did not meet them. */
export const PATTERN_HINTS: Readonly<Record<string, string>> = {
  '^[a-zA-Z.]+\\/[a-zA-Z0-9.-]+$': 'Write it as TYPE/NAME: pod/web, deployment/web.',
  '^\\s*(>=|<=|>|<)\\s*\\d+\\s*$': 'Write a number or a comparison: 3, ">= 2".',
};
