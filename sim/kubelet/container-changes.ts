import type { ContainerCommand, RuntimeEvent } from '../runtime/port.ts';
import { exitReason, type RuntimeContainer } from './runtime-state.ts';

type Answer<T extends RuntimeEvent['type']> = Extract<RuntimeEvent, { type: T }>;

/** A container that the runtime has made, and not started. `now`: run time in ms. */
export function createdContainer(
  command: Omit<ContainerCommand, 'id'>,
  { containerID, imageID }: Answer<'container-created'>,
  now: number,
): RuntimeContainer {
  const { podUID, container: name, attempt, role, image } = command;
  return { podUID, name, containerID, attempt, role, image, imageID, state: 'created', createdAt: now };
}

/** The runtime could not start it: a dead container that never ran. */
export function neverStarted(
  container: RuntimeContainer,
  { exitCode = 128, message }: Answer<'container-failed'>,
  now: number,
): RuntimeContainer {
  return { ...container, state: 'exited', finishedAt: now, exitCode, reason: 'StartError', message };
}

export function exitedContainer(
  container: RuntimeContainer,
  { finishedAt, exitCode, oomKilled, terminationMessage, logTail }: Answer<'container-exited'>,
): RuntimeContainer {
  return {
    ...container,
    state: 'exited',
    startedAt: container.startedAt ?? finishedAt,
    finishedAt,
    exitCode,
    reason: exitReason(exitCode, oomKilled),
    ...(terminationMessage ? { message: terminationMessage } : {}),
    ...(logTail ? { logTail } : {}),
  };
}
