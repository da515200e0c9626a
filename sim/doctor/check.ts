/** `Warning`: nothing is broken, but it may be; `Unknown`: what was given does not tell. */
export type CheckStatus = 'Success' | 'Warning' | 'Failure' | 'Unknown';

/** One thing that was looked at. Branch on `rule` and `status`; the texts are for people and may be reworded. */
export interface Check {
  /** Stable name of what was checked, such as `webhook-ca-bundle`. */
  rule: string;
  /** What was verified, one line: `Verify …`. */
  context: string;
  status: CheckStatus;
  /** What was found. */
  reason?: string;
  /** What to do about it. */
  suggestion?: string;
  /** `pod/bookstore/bookstore-v1`, `crd/egresses.policy.openservicemesh.io`. */
  object?: string;
  nested?: readonly Check[];
}

/** Everything a check says besides its status and name. */
export interface Finding {
  reason?: string;
  suggestion?: string;
  object?: string;
}

const make =
  (status: CheckStatus) =>
  (rule: string, context: string, finding: Finding = {}): Check => ({ rule, context, status, ...finding });

export const success = make('Success');
export const warning = make('Warning');
export const failure = make('Failure');
export const unknown = make('Unknown');

const BY_WEIGHT: readonly CheckStatus[] = ['Failure', 'Warning', 'Unknown', 'Success'];

/** The gravest of some statuses; `Success` of none. */
export function gravest(statuses: readonly CheckStatus[]): CheckStatus {
  return BY_WEIGHT.find((status) => statuses.includes(status)) ?? 'Success';
}

const STEP_TEXTS: Readonly<Record<CheckStatus, Finding>> = {
  Success: {},
  Failure: {
    reason: 'A verification step failed',
    suggestion: 'Please follow the suggestions listed in the failed steps below to resolve the issue',
  },
  Warning: { reason: 'A verification step has a warning' },
  Unknown: { reason: 'A verification step could not be performed' },
};

/**
 * Several checks under one heading; it is as bad as the worst of them.
 * Models openservicemesh/osm v1.1 pkg/cli/verifier Set.Run, with its texts for failures.
 */
export function group(rule: string, context: string, nested: readonly Check[], finding: Finding = {}): Check {
  const status = gravest(nested.map((check) => check.status));
  return { rule, context, status, ...STEP_TEXTS[status], ...finding, nested };
}

/** The checks themselves, without headings. */
export function leaves(checks: readonly Check[]): Check[] {
  return checks.flatMap((check) => (check.nested === undefined ? [check] : leaves(check.nested)));
}

/** How many checks (without headings) ended how. */
export function countStatuses(checks: readonly Check[]): Record<CheckStatus, number> {
  const counts: Record<CheckStatus, number> = { Success: 0, Warning: 0, Failure: 0, Unknown: 0 };
  for (const { status } of leaves(checks)) counts[status]++;
  return counts;
}
