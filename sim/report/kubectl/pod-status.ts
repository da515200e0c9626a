import type { ContainerStatus, Pod } from '../../kube/objects.ts';
import { age } from './age.ts';

/** What `kubectl get pods` says about a pod besides its name and age. */
export interface PodSummary {
  ready: string;
  status: string;
  /** `3` or `3 (12s ago)`. */
  restarts: string;
}

/**
 * READY, STATUS and RESTARTS of a pod at `now` (ms since 1970).
 * Models kubernetes v1.34 pkg/printers/internalversion/printers.go printPod.
 */
export function podSummary(pod: Pod, now: number): PodSummary {
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name),
  );
  const total = pod.spec.containers.length + sidecars.size;
  const init = initSummary(pod, sidecars);
  let { status, restarts, last, ready } = init;
  if (!init.initializing || conditionIs(pod, 'Initialized', 'True')) {
    const main = mainSummary(pod, status);
    status = main.status;
    ready += main.ready;
    restarts = init.sidecarRestarts + main.restarts;
    last = Math.max(init.sidecarLast, main.last);
  }
  const phase = pod.status.phase;
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (pod.status.reason === 'NodeLost') status = 'Unknown';
    else if (phase !== 'Failed' && phase !== 'Succeeded') status = 'Terminating';
  }
  const ago = restarts !== 0 && last > 0 ? ` (${age(new Date(last).toISOString(), now)} ago)` : '';
  return { ready: `${ready}/${total}`, status, restarts: `${restarts}${ago}` };
}

interface InitSummary {
  status: string;
  initializing: boolean;
  ready: number;
  restarts: number;
  last: number;
  sidecarRestarts: number;
  sidecarLast: number;
}

function initSummary(pod: Pod, sidecars: ReadonlySet<string>): InitSummary {
  const summary: InitSummary = {
    status: reasonOfPod(pod),
    initializing: false,
    ready: 0,
    restarts: 0,
    last: 0,
    sidecarRestarts: 0,
    sidecarLast: 0,
  };
  const total = pod.spec.initContainers?.length ?? 0;
  for (const [index, container] of (pod.status.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(container.name);
    summary.restarts += container.restartCount;
    summary.last = Math.max(summary.last, finishedBefore(container));
    if (sidecar) {
      summary.sidecarRestarts += container.restartCount;
      summary.sidecarLast = Math.max(summary.sidecarLast, finishedBefore(container));
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) summary.ready++;
      continue;
    }
    summary.initializing = true;
    if (terminated !== undefined) summary.status = `Init:${exitReason(terminated)}`;
    else if (waiting?.reason !== undefined && waiting.reason !== '' && waiting.reason !== 'PodInitializing') {
      summary.status = `Init:${waiting.reason}`;
    } else summary.status = `Init:${index}/${total}`;
    break;
  }
  return summary;
}

function mainSummary(pod: Pod, before: string): { status: string; ready: number; restarts: number; last: number } {
  let status = before;
  let ready = 0;
  let restarts = 0;
  let last = 0;
  for (const container of [...(pod.status.containerStatuses ?? [])].reverse()) {
    restarts += container.restartCount;
    last = Math.max(last, finishedBefore(container));
    const { terminated, waiting, running } = container.state ?? {};
    if (waiting?.reason !== undefined && waiting.reason !== '') status = waiting.reason;
    else if (terminated !== undefined) status = exitReason(terminated);
    else if (container.ready && running !== undefined) ready++;
  }
  // At least one container still runs although the last one looked at has ended.
  if (status === 'Completed' && ready > 0) status = conditionIs(pod, 'Ready', 'True') ? 'Running' : 'NotReady';
  return { status, ready, restarts, last };
}

function reasonOfPod(pod: Pod): string {
  const gated = pod.status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated');
  if (gated === true) return 'SchedulingGated';
  return pod.status.reason !== undefined && pod.status.reason !== '' ? pod.status.reason : (pod.status.phase ?? '');
}

function exitReason(terminated: { reason?: string; signal?: number; exitCode: number }): string {
  if (terminated.reason !== undefined && terminated.reason !== '') return terminated.reason;
  return terminated.signal !== undefined && terminated.signal !== 0
    ? `Signal:${terminated.signal}`
    : `ExitCode:${terminated.exitCode}`;
}

function finishedBefore(container: ContainerStatus): number {
  const finished = container.lastState?.terminated?.finishedAt;
  return finished === undefined || finished === null ? 0 : Date.parse(finished);
}

function conditionIs(pod: Pod, type: string, status: string): boolean {
  return pod.status.conditions?.some((condition) => condition.type === type && condition.status === status) ?? false;
}
