import type { SeenState } from '../../../sim/kubelet/pleg.ts';
import { newestContainer, type RuntimePod } from '../../../sim/kubelet/runtime-state.ts';
import type { ContainerView, PodEntry } from './story.ts';

/** A look at the runtime took at most this long, on a loaded node. */
const LONGEST_LOOK_MS = 700;
const SANDBOX_CONDITION = 'PodReadyToStartContainers';
/** The status of a sync is written within this time. */
const WRITTEN_WITHIN_MS = 650;

/**
 * Which state of a pod a look saw that was over `now` (ms since the apply) and led to a sync: the newest that the
 * status fits which that sync wrote. Undefined: the newest of all.
 */
export function seenBy(
  entries: readonly PodEntry[],
  syncs: readonly number[],
  states: readonly SeenState[],
  now: number,
): RuntimePod | undefined {
  const next = syncs.find((t) => t > now + 5) ?? Number.POSITIVE_INFINITY;
  const until = Math.min(next, now + WRITTEN_WITHIN_MS);
  const written = entries.findLast(({ t }) => t * 1000 < until);
  if (written === undefined) return undefined;
  for (const [index, { pod }] of [...states.entries()].reverse()) {
    const replacedAt = states[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (replacedAt < now - LONGEST_LOOK_MS) return undefined;
    if (fits(pod, written)) return pod;
  }
  return undefined;
}

/** False if a container or the sandbox was seen running that was over, or a container the other way round. */
function fits(pod: RuntimePod, { containers, init = [], conditions }: PodEntry): boolean {
  if (pod.sandbox === 'gone' && conditions[SANDBOX_CONDITION]?.startsWith('True') === true) return false;
  return [...containers, ...init].every((view) => {
    const newest = newestContainer(pod, view.name);
    if (view.state === 'running') return newest?.state === 'running' && newest.attempt === view.restarts;
    return newest?.state !== 'running' || isOlder(newest.attempt, view);
  });
}

/** A status that lags: of a restart that it does not know of, nothing follows. */
function isOlder(attempt: number, view: ContainerView): boolean {
  return attempt < view.restarts;
}
