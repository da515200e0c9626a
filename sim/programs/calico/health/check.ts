import type { ProgramHost } from '../../host.ts';
import type { CalicoProfile } from '../profiles.ts';

/** What every check gets. */
export interface CheckContext {
  host: ProgramHost;
  profile: CalicoProfile;
  thresholdMs: number;
  /** Is called when the first check has failed: a request that hangs is given up. */
  onCancel(give: () => void): void;
  /** A runtime error of Go: the program is over with exit code 2 and a trace, whatever else it was doing. */
  panic(message: string): void;
}

/** Calls `done` once: undefined for good, else what stands behind `calico/node is not ready: `. */
export type Check = (context: CheckContext, done: (problem: string | undefined) => void) => void;

/** `Failed` or `failed`, as the release writes it. */
export function initial(profile: CalicoProfile, text: string): string {
  return profile.capitals ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
