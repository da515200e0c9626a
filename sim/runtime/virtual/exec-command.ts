import type { Clock } from '../../core/clock.ts';
import type { ExecCommand, RuntimeEvent } from '../port.ts';
import type { VirtualContainer } from './container.ts';

export interface ExecContext {
  clock: Clock;
  /** From the command to the process. */
  delayMs: number;
  execID(): string;
  container(): VirtualContainer | undefined;
  emit(event: RuntimeEvent): void;
}

/** From the end of the time-out, which counts from the process' start, to the signal: what it starts meanwhile lives on. */
const KILL_MS = 5;

/**
 * Runs a command in a container; emits `exec-ended` once. A command that is over in time has succeeded or failed by its exit code,
 * however long a child of it holds the output. Texts are containerd 1.6's.
 */
export function runExec({ id, containerID, command, timeoutMs }: ExecCommand, context: ExecContext): void {
  const { clock } = context;
  let timedOut = false;
  let over = false;
  let kill: (() => boolean) | undefined;
  const end = (outcome: 'exited' | 'timeout' | 'error', exitCode: number, stdout: string, stderr: string) => {
    if (over) return;
    over = true;
    clock.clearTimeout(deadline);
    context.emit({ type: 'exec-ended', id, outcome, exitCode, stdout, stderr });
  };
  const expire = () => {
    timedOut = true;
    if (kill === undefined) end('timeout', 137, '', '');
    else if (!kill()) timedOut = false;
  };
  const deadline =
    timeoutMs === undefined ? undefined : clock.setTimeout(expire, context.delayMs + timeoutMs + KILL_MS);
  clock.setTimeout(() => {
    if (over) return;
    const container = context.container();
    if (container?.state !== 'running') {
      end('error', -1, '', noTask(containerID));
      return;
    }
    const started = container.exec(command, (code, stdout, stderr) =>
      end(timedOut ? 'timeout' : 'exited', code, stdout, stderr),
    );
    if (typeof started === 'string') end('error', 126, '', cannotStart(context.execID(), started));
    else kill = started;
  }, context.delayMs);
}

function noTask(containerID: string): string {
  return `rpc error: code = NotFound desc = failed to exec in container: failed to load task: no running task found: task ${containerID} not found: not found`;
}

function cannotStart(execID: string, problem: string): string {
  return `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${execID}": OCI runtime exec failed: exec failed: unable to start container process: exec: ${problem}: unknown`;
}
