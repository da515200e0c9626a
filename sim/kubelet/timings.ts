/**
 * How long the kubelet's own steps take, and how often it looks. One place; the defaults are a real node's
 * (spec/cluster.md 4.9, 5.5; kubernetes v1.34 pkg/kubelet/kubelet.go). All in milliseconds.
 */
export interface KubeletTimings {
  /** From the beginning of the kubelet's process to its first sync (it connects, lists, looks at the runtime). */
  startupMs: number;
  /** PLEG: between two looks at the container runtime (genericPlegRelistPeriod). */
  relistPeriodMs: number;
  /** PLEG: the runtime's events tell of a container's death at once, as with Kubernetes' feature gate EventedPLEG. */
  deathsTold: boolean;
  /** Between two looks at the queue of pods to sync again (housekeeping tick of the sync loop). */
  syncTickMs: number;
  /** A pod is synced again this long after a good sync, times 1 to 1 + `resyncJitter` (SyncFrequency 1m). */
  resyncMs: number;
  resyncJitter: number;
  /** … and this long after a sync that ended in an error or in a back-off (backOffPeriod 10s). */
  errorResyncMs: number;
  errorResyncJitter: number;
  /** Mounting the pod's volumes, before its probe workers start. */
  mountMs: number;
  /** From asking the API server for a status update to having it written. */
  statusWriteMs: number;
  /** The bookkeeping of one SyncPod that neither starts nor kills. */
  syncMs: number;
  /** Between two clean-ups after pods that are gone (housekeepingPeriod). */
  housekeepingMs: number;
  /** From the beginning of the kubelet's process to that of its sync loop: the first clean-up comes a period later. */
  syncLoopMs: number;
  /** Taking down the pod's network and sandbox, once its containers are over. */
  sandboxStopMs: number;
  /** From the pod's last sync to the deletion of the pod object (volumes unmounted, cgroups gone). */
  reclaimMs: number;
  /** First wait before a failed mount is tried again; doubles up to `mountRetryMaxMs`. */
  mountRetryMs: number;
  mountRetryMaxMs: number;
}

export const DEFAULT_TIMINGS: KubeletTimings = {
  startupMs: 1250,
  relistPeriodMs: 1000,
  deathsTold: false,
  syncTickMs: 1000,
  resyncMs: 60_000,
  resyncJitter: 0.5,
  errorResyncMs: 10_000,
  errorResyncJitter: 0.5,
  mountMs: 300,
  statusWriteMs: 10,
  syncMs: 2,
  housekeepingMs: 2000,
  syncLoopMs: 300,
  sandboxStopMs: 45,
  reclaimMs: 20,
  mountRetryMs: 500,
  mountRetryMaxMs: 122_000,
};

/** On real containers the work takes the time it takes; only the looks and the queues remain. */
export const REAL_TIMINGS: KubeletTimings = {
  ...DEFAULT_TIMINGS,
  mountMs: 0,
  statusWriteMs: 0,
  syncMs: 0,
  sandboxStopMs: 0,
  reclaimMs: 0,
};
