import type { PodCondition, PodStatus } from '../../kube/objects.ts';
import { isTerminalPhase } from './container-lookup.ts';
import { isOwnedCondition } from './owned-conditions.ts';

export interface MergeOptions {
  /** Something of the pod may still run. */
  delaysTerminalPhase: boolean;
  /** RFC 3339, for a condition that changes here. */
  now: string;
}

/**
 * What is written to the API: the kubelet's status, with the conditions of others as the API has them (they come first).
 * A terminal phase is held back while something of the pod may still run, so that conditions say PodFailed before the
 * phase does; once it is written, the pod is never shown as ready.
 *
 * `current`: the API's status. Models kubernetes v1.34 pkg/kubelet/status/status_manager.go mergePodStatus.
 */
export function mergePodStatus(current: PodStatus, next: PodStatus, options: MergeOptions): PodStatus {
  const foreign = (current.conditions ?? []).filter(({ type }) => !isOwnedCondition(type));
  const own = (next.conditions ?? []).filter(({ type }) => isOwnedCondition(type));
  const merged: PodStatus = { ...next, conditions: [...foreign, ...own] };
  if (!isTerminalPhase(next.phase)) return merged;
  if (options.delaysTerminalPhase && !isTerminalPhase(current.phase)) {
    return { ...merged, phase: current.phase, reason: current.reason, message: current.message };
  }
  return {
    ...merged,
    conditions: [...foreign, ...own.map((condition) => unready(condition, next.phase, options.now))],
  };
}

function unready(condition: PodCondition, phase: string | undefined, now: string): PodCondition {
  const { type, status } = condition;
  if (status !== 'True' || (type !== 'Ready' && type !== 'ContainersReady')) return condition;
  const { message: _message, ...rest } = condition;
  const reason = phase === 'Failed' ? 'PodFailed' : 'PodCompleted';
  return { ...rest, status: 'False', reason, lastTransitionTime: now };
}
