import type { Pod } from '../kube/objects.ts';
import { readySince } from './pod-conditions.ts';

/** Ms until a ready pod counts as available; 0 if it does, undefined if it is not ready. `nowMs`: ms since 1970. Models kubernetes v1.34 pkg/api/v1/pod/util.go IsPodAvailable. */
export function untilAvailable(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  const since = readySince(pod);
  if (since === undefined) return undefined;
  if (minReadySeconds === 0) return 0;
  // Ready times are whole seconds: a pod is available up to a second "early".
  return Math.max(0, since + minReadySeconds * 1000 - nowMs);
}
