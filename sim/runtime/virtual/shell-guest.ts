import { parseScript } from '../../programs/shell/parser.ts';
import { Shell } from '../../programs/shell/shell.ts';
import type { Child, ShellIo, ShellSystem } from '../../programs/shell/shell-system.ts';
import { type List, ShellSyntaxError } from '../../programs/shell/syntax.ts';
import { Thread } from '../../programs/shell/thread.ts';
import { runIptablesRestore } from './iptables-restore.ts';
import { httpRequest } from './network/client.ts';
import { type Guest, type SignalName, VirtualProcess } from './process.ts';
import { signalExitCode } from './signals.ts';
import { dialTcp } from './virtual-host.ts';

/** A shell, or one of busybox's commands, in a process. */
export function startShell(process: VirtualProcess): Guest {
  return new ShellGuest(process);
}

class ShellGuest implements Guest {
  readonly #process: VirtualProcess;
  readonly #shell: Shell;
  #thread: Thread | undefined;
  #code: number | undefined;

  constructor(process: VirtualProcess) {
    this.#process = process;
    const io: ShellIo = {
      stdin: '',
      out: { write: (text) => process.write('stdout', text), pipe: !process.init },
      err: { write: (text) => process.write('stderr', text), pipe: !process.init },
    };
    const { script, args } = scriptOf(process.argv);
    this.#shell = new Shell(shellSystem(process), io, {
      args,
      onJobEnd: () => this.#maybeEnd(),
      killSelf: (signal) => this.signal(`SIG${signal}` as SignalName),
    });
    this.#run(script, io);
  }

  signal(name: SignalName): void {
    if (this.#shell.replaced) {
      if (!this.#process.init) this.#process.end(signalExitCode(name));
      return;
    }
    if (name !== 'SIGKILL' && this.#shell.signal(name.slice(3))) {
      this.#thread?.interrupt();
      return;
    }
    // The kernel gives PID 1 only signals that it has asked for: that is why `sh -c` takes the whole grace period.
    if (!this.#process.init) this.#process.end(signalExitCode(name));
  }

  /**
   * SIGKILL from a runtime that then waits until nobody holds the output any more: children do, and are not killed.
   * False if the shell itself is over and only a child holds the output.
   */
  kill(): boolean {
    if (this.#code !== undefined) return false;
    this.#thread?.kill(this.#shell.replaced);
    return true;
  }

  #run(script: string | readonly string[] | undefined, io: ShellIo): void {
    if (script === undefined) {
      // An interactive shell without a terminal: its input is empty, so it ends.
      this.#process.clock.setTimeout(() => this.#process.end(0), 0);
      return;
    }
    let list: List;
    try {
      list = typeof script === 'string' ? parseScript(script) : commandList(script);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      if (error.unsupported) this.#unsupported(error.message);
      io.err.write(`sh: ${error.message}\n`);
      this.#end(2);
      return;
    }
    this.#thread = new Thread(this.#shell.main(list), (code, error) => this.#ended(code, error, io));
    this.#thread.step();
  }

  #ended(code: number | undefined, error: unknown, io: ShellIo): void {
    if (error instanceof ShellSyntaxError) {
      io.err.write(`sh: ${error.message}\n`);
      this.#end(2);
    } else if (error !== undefined && !isLoopControl(error)) throw error;
    else this.#end(code ?? 0);
  }

  #end(code: number): void {
    this.#code = code;
    this.#maybeEnd();
  }

  /** The process is over; an exec's end waits for background jobs that hold its output, others go on without it. */
  #maybeEnd(): void {
    if (this.#code === undefined) return;
    const open = [...this.#shell.jobs.values()].filter((job) => !job.thread.over);
    if (this.#process.init || open.length === 0) this.#process.end(this.#code);
    else if (!open.some((job) => job.holdsOutput)) this.#process.leave(this.#code);
  }

  #unsupported(what: string): void {
    this.#process.world.notice(
      'warning',
      'SHELL_UNSUPPORTED',
      `the modelled shell cannot run this: ${what} (in ${JSON.stringify(this.#process.argv)})`,
    );
  }
}

function isLoopControl(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'depth' in error;
}

/** `sh -c SCRIPT NAME ARGS…`, or a command by itself. */
function scriptOf(argv: readonly string[]): {
  script: string | readonly string[] | undefined;
  args: readonly string[];
} {
  const [command = '', ...rest] = argv;
  const name = command.slice(command.lastIndexOf('/') + 1);
  if (name === 'busybox') return scriptOf(rest);
  if (name !== 'sh' && name !== 'ash' && name !== 'bash') return { script: argv, args: [name] };
  const at = rest.findIndex((argument) => /^-[a-z]*c$/.test(argument));
  if (at < 0) return { script: undefined, args: [name] };
  const options = rest.slice(0, at + 1).filter((option) => /^-[a-z]*e/.test(option));
  const script = rest[at + 1] ?? '';
  return {
    script: options.length > 0 ? `set -e\n${script}` : script,
    args: rest.length > at + 2 ? rest.slice(at + 2) : [name],
  };
}

/** A list of one command whose words are as they are. */
function commandList(argv: readonly string[]): List {
  const words = argv.map((text) => [{ type: 'text' as const, text, quoted: true }]);
  return [
    {
      andOr: [
        {
          operator: undefined,
          pipeline: { negated: false, commands: [{ type: 'simple', assignments: [], words, redirects: [] }] },
        },
      ],
      background: false,
    },
  ];
}

function shellSystem(process: VirtualProcess): ShellSystem {
  const { world } = process;
  return {
    clock: process.clock,
    files: world.files,
    env: process.env,
    cwd: process.cwd,
    uid: process.uid,
    hostname: process.env.HOSTNAME ?? 'localhost',
    pid: process.init ? 1 : 100 + world.random.int(30_000),
    run: (argv, env, io, ended) => runChild(process, argv, env, io, ended),
    signalInit: (name) => world.signalInit(name as SignalName),
    request: (options, done) => httpRequest(process, options, done),
    dialTcp: (options, done) => dialTcp(process, options, done),
    unsupported: (what) => {
      world.notice(
        'warning',
        'SHELL_UNSUPPORTED',
        `the modelled shell has no command "${what}" (in ${JSON.stringify(process.argv)}): it ends with 127`,
      );
    },
  };
}

function runChild(
  parent: VirtualProcess,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  io: ShellIo,
  ended: (code: number) => void,
): Child | undefined {
  const name = (argv[0] ?? '').slice((argv[0] ?? '').lastIndexOf('/') + 1);
  const child = new VirtualProcess({
    world: parent.world,
    argv,
    env,
    cwd: parent.cwd,
    uid: parent.uid,
    init: false,
    memoryLimitBytes: parent.memoryLimitBytes,
    write: (stream, text) => (stream === 'stdout' ? io.out : io.err).write(text),
    ended: (code, oomKilled) => {
      if (oomKilled) parent.world.childOutOfMemory();
      ended(code);
    },
  });
  const guest = /^iptables(?:-legacy|-nft)?-restore$/.test(name)
    ? runIptablesRestore(child, io.stdin)
    : parent.world.spawn(child);
  if (guest === undefined) return undefined;
  const forget = parent.onEnd(() => child.end(137));
  child.onEnd(() => void forget());
  return { signal: (signal) => (signal === 'SIGKILL' ? child.end(137) : guest.signal(signal as SignalName)) };
}
