import type { ChildProcess, ExecOutcome, SpawnOptions } from '../../programs/host.ts';
import { VirtualProcess } from './process.ts';
import { signalExitCode } from './signals.ts';

/** Runs a command as a child to its end. */
export function execCommand(
  parent: VirtualProcess,
  command: readonly string[],
  done: (outcome: ExecOutcome) => void,
): void {
  const output = { stdout: '', stderr: '' };
  let notFound = false;
  const child = new VirtualProcess({
    world: parent.world,
    argv: command,
    env: parent.env,
    cwd: parent.cwd,
    uid: parent.uid,
    init: false,
    write: (stream, text) => {
      output[stream] += text;
    },
    ended: (exitCode) => {
      forget();
      parent.clock.setTimeout(() => done({ exitCode, ...output, ...(notFound ? { notFound } : {}) }), 0);
    },
  });
  const forget = parent.onEnd(() => child.end(137));
  parent.clock.setTimeout(() => {
    if (parent.world.spawn(child) !== undefined) return;
    notFound = true;
    child.write('stderr', `exec: "${command[0] ?? ''}": executable file not found in $PATH`);
    child.end(127);
  }, parent.world.latencies.fork);
}

/** Starts a command as a child and leaves it running. */
export function spawnChild(parent: VirtualProcess, options: SpawnOptions): ChildProcess {
  const child: VirtualProcess = new VirtualProcess({
    world: parent.world,
    argv: options.command,
    env: options.env ?? parent.env,
    cwd: parent.cwd,
    uid: parent.uid,
    init: false,
    memoryLimitBytes: parent.memoryLimitBytes,
    write: (stream, text) => options.output(stream, text),
    ended: (code, oomKilled) => {
      forget();
      if (oomKilled) parent.world.childOutOfMemory();
      parent.clock.setTimeout(() => options.ended(code), 0);
    },
  });
  const forget = parent.onEnd(() => child.end(137));
  const guest = parent.world.spawn(child);
  if (guest === undefined) child.end(127);
  return {
    pid: child.pid,
    signal: (name) => {
      if (name === 'SIGSTOP' || name === 'SIGCONT') child.freeze(name === 'SIGSTOP');
      else if (name === 'SIGKILL') child.end(signalExitCode('SIGKILL'));
      else child.run(() => guest?.signal(name));
    },
  };
}
