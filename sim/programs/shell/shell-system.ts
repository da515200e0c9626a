import type { Clock } from '../../core/clock.ts';
import type { ClientOutcome, ClientRequest, DialOutcome } from '../host.ts';

/** Where output goes. `pipe`: whoever started the shell waits for it to be closed (an exec's output). */
export interface Sink {
  write(text: string): void;
  readonly pipe: boolean;
}

export interface ShellIo {
  /** What stands on standard input; empty without any. */
  stdin: string;
  out: Sink;
  err: Sink;
}

/** What a shell and its commands need of the container they run in. */
export interface ShellSystem {
  readonly clock: Pick<Clock, 'now' | 'epochMs' | 'setTimeout' | 'clearTimeout'>;
  readonly files: ShellFiles;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly hostname: string;
  readonly pid: number;
  /** Starts a program of the image that is no command of ours; undefined if there is none. */
  run(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    io: ShellIo,
    ended: (code: number) => void,
  ): Child | undefined;
  /** A signal to PID 1 of the container. */
  signalInit(name: string): void;
  request(options: ClientRequest, done: (outcome: ClientOutcome) => void): void;
  dialTcp(options: { host: string; port: number; timeoutMs?: number }, done: (outcome: DialOutcome) => void): void;
  /** Says that a script uses something this shell does not have. */
  unsupported(what: string): void;
}

export interface Child {
  signal(name: string): void;
}

export interface ShellFiles {
  read(path: string): Uint8Array | undefined;
  /** The system's complaint, or undefined. */
  tryWrite(path: string, content: Uint8Array): string | undefined;
  tryRemove(path: string): string | undefined;
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  makeDirectory(path: string): string | undefined;
  list(directory: string): readonly string[];
  modifiedAt(path: string): number | undefined;
}

/** Something a command waits for. `start` calls `resume` once, and returns the way to give up. */
export interface Wait {
  start(resume: () => void): () => void;
  /** A child process that goes on when its parent is killed, and holds its parent's output. */
  child?: boolean;
  /** A trap may end it before its time. */
  interruptible?: boolean;
}

export type Run = Generator<Wait, number, void>;

export function sleepFor(system: Pick<ShellSystem, 'clock'>, ms: number, options: { child: boolean }): Wait {
  return {
    child: options.child,
    start: (resume) => {
      const timer = system.clock.setTimeout(resume, ms);
      return () => system.clock.clearTimeout(timer);
    },
  };
}
