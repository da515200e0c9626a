import { type Clock, rfc3339 } from '../../core/clock.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../kube/objects.ts';
import type { PodStatusSource } from '../ports.ts';
import type { KubeletProfile } from '../profiles.ts';
import { containersReadyCondition, podReadyCondition } from './conditions.ts';
import { findByContainerID, findContainerStatus, isRestartableInitContainer } from './container-lookup.ts';
import { normalizeStatus } from './normalize-status.ts';
import { isOwnedCondition } from './owned-conditions.ts';
import { terminatedStatus } from './terminate-status.ts';

export interface StatusManagerOptions {
  clock: Pick<Clock, 'now' | 'epochMs'>;
  profile: KubeletProfile;
  /** Called synchronously with a stored status that differs from the one before, or has to be written anyway. */
  onChange(pod: Pod, status: PodStatus): void;
}

interface Entry {
  pod: Pod;
  status: PodStatus;
}

/**
 * What the kubelet says of its pods: the cache that probe workers read and that is written to the API server.
 * Stored statuses are never changed in place.
 * Models kubernetes v1.34 pkg/kubelet/status/status_manager.go.
 */
export class StatusManager implements PodStatusSource {
  readonly #options: StatusManagerOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: StatusManagerOptions) {
    this.#options = options;
  }

  getPodStatus(podUID: string): PodStatus | undefined {
    return this.#entries.get(podUID)?.status;
  }

  /** Stores a status that the pod worker built. A pod that is being deleted is always written. */
  setPodStatus(pod: Pod, status: PodStatus): void {
    const { generation } = pod.metadata;
    const observed = generation === undefined ? status : { ...status, observedGeneration: generation };
    this.#update(pod, observed, pod.metadata.deletionTimestamp !== undefined);
  }

  /**
   * Changes one container's `ready`, and Ready and ContainersReady with it, ahead of the next sync. Ignored if the pod
   * or the container id is unknown or the value is the same.
   */
  setContainerReadiness(podUID: string, containerID: string, ready: boolean): void {
    const entry = this.#entries.get(podUID);
    if (entry === undefined) return;
    const container = findByContainerID(entry.status, containerID);
    if (container === undefined || container.ready === ready) return;
    const status = withContainer(entry.status, { ...container, ready });
    const { pod, status: old } = entry;
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    const phase = status.phase ?? '';
    const conditions = status.conditions ?? [];
    const changed = [
      podReadyCondition(pod, old, conditions, all, phase),
      containersReadyCondition(pod, old, all, phase),
    ];
    this.#update(pod, { ...status, conditions: changed.reduce(withCondition, conditions) }, false);
  }

  /** Changes one container's `started`; phase and conditions come with the next sync. */
  setContainerStartup(podUID: string, containerID: string, started: boolean): void {
    const entry = this.#entries.get(podUID);
    if (entry === undefined) return;
    const container = findByContainerID(entry.status, containerID);
    if (container === undefined || container.started === started) return;
    this.#update(entry.pod, withContainer(entry.status, { ...container, started }), false);
  }

  /** The pod's containers are gone for good: see `terminatedStatus`. Always written. */
  terminatePod(pod: Pod): void {
    this.#update(pod, terminatedStatus(pod, this.getPodStatus(pod.metadata.uid) ?? pod.status), true);
  }

  /** Drops what is known of a pod. */
  forget(podUID: string): void {
    this.#entries.delete(podUID);
  }

  /** Models status_manager.go updateStatusInternal. */
  #update(pod: Pod, next: PodStatus, force: boolean): void {
    const { uid } = pod.metadata;
    const cached = this.#entries.get(uid)?.status;
    const old = cached ?? pod.status;
    // The kubelet refuses to publish that a container came back which policy does not let come back.
    if (leavesTerminated(pod, old, next)) return;
    const now = rfc3339(this.#options.clock);
    const status = normalizeStatus(pod, {
      ...next,
      startTime: old.startTime ?? next.startTime ?? now,
      ...(next.conditions === undefined ? {} : { conditions: keepTransitionTimes(next.conditions, old, now) }),
    });
    if (cached !== undefined && !force && isEqualByKubelet(cached, status)) {
      // The pod may be a newer version of it, with the same status.
      this.#entries.set(uid, { pod, status: cached });
      return;
    }
    this.#entries.set(uid, { pod, status });
    this.#options.onChange(pod, status);
  }
}

function keepTransitionTimes(conditions: readonly PodCondition[], old: PodStatus, now: string): PodCondition[] {
  return conditions.map((condition) => {
    if (!isOwnedCondition(condition.type)) return condition;
    const before = old.conditions?.find(({ type }) => type === condition.type);
    const same = before !== undefined && before.status === condition.status;
    return { ...condition, lastTransitionTime: same ? (before.lastTransitionTime ?? now) : now };
  });
}

/** Equal in what the kubelet says: other conditions and times of transitions do not count. Models status_manager.go isPodStatusByKubeletEqual. */
function isEqualByKubelet(before: PodStatus, after: PodStatus): boolean {
  for (const condition of after.conditions ?? []) {
    if (!isOwnedCondition(condition.type)) continue;
    const { status, reason, message } = before.conditions?.find(({ type }) => type === condition.type) ?? {};
    if (status !== condition.status || reason !== condition.reason || message !== condition.message) return false;
  }
  return deepEqual({ ...before, conditions: undefined }, { ...after, conditions: undefined });
}

function withCondition(conditions: readonly PodCondition[], condition: PodCondition): PodCondition[] {
  const index = conditions.findIndex(({ type }) => type === condition.type);
  return index < 0 ? [...conditions, condition] : conditions.with(index, condition);
}

function withContainer(status: PodStatus, container: ContainerStatus): PodStatus {
  const replace = (statuses: ContainerStatus[]): ContainerStatus[] =>
    statuses.map((candidate) => (candidate.containerID === container.containerID ? container : candidate));
  return {
    ...status,
    ...(status.containerStatuses === undefined ? {} : { containerStatuses: replace(status.containerStatuses) }),
    ...(status.initContainerStatuses === undefined
      ? {}
      : { initContainerStatuses: replace(status.initContainerStatuses) }),
  };
}

/** Models status_manager.go checkContainerStateTransition. */
function leavesTerminated(pod: Pod, old: PodStatus, next: PodStatus): boolean {
  const { restartPolicy } = pod.spec;
  if (restartPolicy !== 'Never' && restartPolicy !== 'OnFailure') return false;
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name));
  const illegal = (before: readonly ContainerStatus[] = [], after: readonly ContainerStatus[] = []): boolean =>
    before.some((container) => {
      const terminated = container.state?.terminated;
      if (terminated === undefined || sidecars.has(container.name)) return false;
      if (restartPolicy === 'OnFailure' && terminated.exitCode !== 0) return false;
      const now = findContainerStatus(after, container.name);
      return now !== undefined && now.state?.terminated === undefined;
    });
  return (
    illegal(old.containerStatuses, next.containerStatuses) ||
    illegal(old.initContainerStatuses, next.initContainerStatuses)
  );
}
