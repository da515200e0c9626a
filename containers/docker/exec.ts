import { readdirSync, readFileSync } from 'node:fs';
import type Dockerode from 'dockerode';
import type { ExecCommand, RuntimeEvent } from '../../sim/runtime/port.ts';
import { NET_IMAGE } from '../images/catalogue.ts';
import { atMost } from './at-most.ts';
import { engineMessage } from './engine.ts';
import { demultiplex, OutputBuffer } from './output.ts';
import type { OwnerLabels } from './owner.ts';

/** The kubelet keeps this much of a probe's output (exec's limit is 10 KiB, hooks show less). */
const OUTPUT_LIMIT = 64 * 1024;
/** An output stream may end seconds after its process: what has not come this long after the end is not waited for. */
const OUTPUT_GRACE_MS = 100;
/** The engine knows an exec's process id some 35 ms after its start. */
const PID_POLL_MS = 10;
const PID_WAIT_MS = 2000;
const KILL_WAIT_MS = 1000;

interface RunningExec {
  onEnd(exitCode: number): void;
}

/**
 * Runs commands in containers. Ends come from the engine's events; the Docker API cannot kill an exec, so at the
 * deadline its process is killed from outside of the container, with everything it started.
 */
export class ExecService {
  readonly #docker: Dockerode;
  readonly #labels: OwnerLabels;
  readonly #local: boolean;
  readonly #running = new Map<string, RunningExec>();

  constructor(options: { docker: Dockerode; labels: OwnerLabels; local: boolean }) {
    this.#docker = options.docker;
    this.#labels = options.labels;
    this.#local = options.local;
  }

  /** An `exec_die` event. */
  ended(execID: string, exitCode: number): void {
    this.#running.get(execID)?.onEnd(exitCode);
  }

  /** Its container is over: so are the commands in it, though no event tells. */
  containerEnded(containerID: string): void {
    for (const [key, running] of this.#running) if (key.startsWith(`${containerID}/`)) running.onEnd(137);
  }

  async run(command: ExecCommand, emit: (event: RuntimeEvent) => void): Promise<void> {
    const started = performance.now();
    const output = new OutputBuffer(OUTPUT_LIMIT);
    const done = (outcome: 'exited' | 'timeout' | 'error', exitCode: number, stderr = output.text('stderr')): void =>
      emit({ type: 'exec-ended', id: command.id, outcome, exitCode, stdout: output.text('stdout'), stderr });
    try {
      const exec = await this.#docker
        .getContainer(command.containerID)
        .exec({ Cmd: [...command.command], AttachStdout: true, AttachStderr: true });
      const ended = this.#end(exec.id, command.containerID);
      const stream = await exec.start({ Detach: false, Tty: false });
      const drained = new Promise<void>((resolve) => {
        demultiplex(stream, false, (name, data) => output.write(name, data), resolve);
      });
      const left = command.timeoutMs === undefined ? undefined : command.timeoutMs - (performance.now() - started);
      // A command that could not be started has no end among the events: only its output ends.
      const over = Promise.race([ended.promise, drained.then(() => this.#endWithoutEvent(exec, ended.promise))]);
      const exitCode = await withDeadline(over, left);
      if (exitCode === undefined) {
        await this.#kill(exec, command.containerID, ended.promise);
        ended.forget();
        stream.destroy();
        done('timeout', 137);
        return;
      }
      ended.forget();
      await atMost(OUTPUT_GRACE_MS, drained);
      const failure = startFailure(exitCode, output.text('stdout') + output.text('stderr'));
      if (failure === undefined) done('exited', exitCode);
      else done('error', exitCode, failure);
    } catch (error) {
      done('error', 126, engineMessage(error));
    }
  }

  async #endWithoutEvent(exec: Dockerode.Exec, ended: Promise<number>): Promise<number> {
    const event = await Promise.race([ended, delay(OUTPUT_GRACE_MS)]);
    if (typeof event === 'number') return event;
    const info = await exec.inspect();
    // It only closed its output.
    return info.Running || info.ExitCode === null ? ended : info.ExitCode;
  }

  #end(execID: string, containerID: string): { promise: Promise<number>; forget(): void } {
    let onEnd: (exitCode: number) => void = () => {};
    const promise = new Promise<number>((resolve) => {
      onEnd = resolve;
    });
    const running = { onEnd };
    const keys = [execID, `${containerID}/${execID}`];
    for (const key of keys) this.#running.set(key, running);
    return { promise, forget: () => keys.forEach((key) => void this.#running.delete(key)) };
  }

  async #kill(exec: Dockerode.Exec, containerID: string, ended: Promise<number>): Promise<void> {
    const pid = await this.#pid(exec);
    if (pid === undefined) return;
    if (!(this.#local && killTree(pid, containerID))) await this.#killFromHelper(pid);
    await Promise.race([ended, delay(KILL_WAIT_MS)]);
  }

  /** The exec's process as the host sees it; undefined if it has ended. Never 0: that would be our own process group. */
  async #pid(exec: Dockerode.Exec): Promise<number | undefined> {
    for (let waited = 0; waited < PID_WAIT_MS; waited += PID_POLL_MS) {
      const info = await exec.inspect();
      if (info.Pid > 0) return info.Running ? info.Pid : undefined;
      if (!info.Running && info.ExitCode !== null) return undefined;
      await delay(PID_POLL_MS);
    }
    return undefined;
  }

  /** Where the host's processes are not ours to signal, a small container that sees them does it. */
  async #killFromHelper(pid: number): Promise<void> {
    const container = await this.#docker.createContainer({
      Image: NET_IMAGE,
      Cmd: ['sh', '-c', KILL_TREE_SCRIPT, 'sh', String(pid)],
      Labels: { ...this.#labels },
      HostConfig: { PidMode: 'host', NetworkMode: 'none', CapDrop: ['ALL'], CapAdd: ['KILL'], AutoRemove: true },
    });
    await container.start();
    await container.wait().catch(() => {});
  }
}

const KILL_TREE_SCRIPT = `tree() { for f in /proc/[0-9]*/stat; do s=$(cat $f 2>/dev/null) || continue; set -- "$1" \${s##*) }; [ "$3" = "$1" ] && { p=\${f#/proc/}; (tree \${p%/stat}); }; done; echo $1; }
kill -9 $(tree $1)`;

/** Kills a process of this container and its descendants; false if it cannot be seen or signalled from here. */
function killTree(pid: number, containerID: string): boolean {
  try {
    if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerID)) return false;
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(name));
    const tree = new Set([pid]);
    // A child's id may be lower than its parent's, so go on until nothing is added.
    for (let size = 0; size < tree.size; ) {
      size = tree.size;
      for (const [child, parent] of parents) if (tree.has(parent)) tree.add(child);
    }
    for (const each of tree) process.kill(each, 'SIGKILL');
    return true;
  } catch (error) {
    // It ended by itself in the meantime.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** runc says on the output stream that there is no such command: in Kubernetes that is an error, not an exit code. */
function startFailure(exitCode: number, output: string): string | undefined {
  if (exitCode !== 126 && exitCode !== 127) return undefined;
  return /^OCI runtime exec failed: /.test(output) ? output.trim() : undefined;
}

function withDeadline<T>(promise: Promise<T>, ms: number | undefined): Promise<T | undefined> {
  if (ms === undefined) return promise;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), Math.max(0, ms));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
