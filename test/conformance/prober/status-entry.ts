import type { ContainerStatus, Pod, PodStatus } from '../../../sim/kube/objects.ts';
import type { TraceContainer, TraceEntry } from './scenario.ts';

/** A stored status as the recording shows it; times relative to `epochMs`. */
export function statusEntry(pod: Pod, status: PodStatus, epochMs: number): Omit<TraceEntry, 't'> {
  const convert = (container: ContainerStatus): TraceContainer => traceContainer(container, epochMs);
  const cs = [
    ...(status.initContainerStatuses ?? []).map((container) => ({ ...convert(container), init: true })),
    ...(status.containerStatuses ?? []).map(convert),
  ];
  const conds: Record<string, string> = {};
  for (const { type, status: value, reason, message } of status.conditions ?? []) {
    // ContainersReady equals Ready in recordings; Initialized is of interest only with init containers.
    if (type === 'ContainersReady' || (type === 'Initialized' && pod.spec.initContainers === undefined)) continue;
    conds[type] = `${value}${reason ? ` ${reason}` : ''}${message ? `: ${message}` : ''}`;
  }
  return { k: 'status', phase: status.phase ?? '', cs, conds };
}

function traceContainer(container: ContainerStatus, epochMs: number): TraceContainer {
  const { running, waiting, terminated } = container.state ?? {};
  let state = '';
  if (running !== undefined) state = 'running';
  else if (waiting !== undefined) state = `waiting:${waiting.reason}`;
  else if (terminated !== undefined) state = `terminated:${terminated.exitCode}`;
  const id = container.containerID?.replace('test://', '');
  return {
    name: container.name,
    ...(id === undefined ? {} : { id }),
    state,
    ...(running?.startedAt === undefined ? {} : { startedAtMs: Date.parse(running.startedAt) - epochMs }),
    ready: container.ready,
    ...(container.started === undefined ? {} : { started: container.started }),
    restarts: container.restartCount,
  };
}
