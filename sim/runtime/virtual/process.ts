import type { Clock, Timer } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { NotedLine } from '../../programs/host.ts';
import type { ContainerFiles } from './files.ts';
import type { VirtualLatencies } from './latencies.ts';
import type { NetworkNamespace } from './network/namespace.ts';
import type { VirtualNetwork } from './network/network.ts';
import type { Owner } from './network/program-servers.ts';

export type SignalName = 'SIGTERM' | 'SIGKILL' | 'SIGHUP' | 'SIGINT' | 'SIGUSR1';

export type Notice = (level: 'info' | 'warning' | 'error', code: string, message: string) => void;

/** The world a process runs in: its container, its pod's network, the run's clock. */
export interface ProcessWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly latencies: VirtualLatencies;
  readonly network: VirtualNetwork;
  readonly namespace: NetworkNamespace;
  readonly files: ContainerFiles;
  readonly notice: Notice;
  /** A signal to PID 1 of the container. */
  signalInit(name: SignalName): void;
  /** A child was killed for its memory: the container counts as OOMKilled, whatever PID 1 exits with. */
  childOutOfMemory(): void;
  /** Root with NET_ADMIN, or privileged: may load rules. */
  readonly canChangeRules: boolean;
  /** Starts a program of the image as a child; undefined if the image has none of this name. */
  spawn(process: VirtualProcess): Guest | undefined;
}

export interface ProcessOptions {
  world: ProcessWorld;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  uid: number;
  /** PID 1 of its container: signals without a handler do nothing. */
  init: boolean;
  memoryLimitBytes?: number | undefined;
  write(stream: 'stdout' | 'stderr', text: string): void;
  /** A line of stdout that is made when it is read; default: written at once. */
  note?(line: NotedLine, at: number): void;
  /** Called when its command is over, but not what that left running in the background. */
  left?(code: number): void;
  /** Called once when it is over. */
  ended(code: number, oomKilled: boolean): void;
}

/** What runs in a process. */
export interface Guest {
  /** Any signal but SIGKILL, which nobody gets to see. */
  signal(name: SignalName): void;
  /** A scenario's step; false if it means nothing to this guest. */
  steer?(patch: Readonly<Record<string, unknown>>): boolean;
}

/** The last process id given in a container. */
const lastPid = new WeakMap<ProcessWorld, number>();

/** A process: what it has open goes when it ends. It can be frozen (a paused container). */
export class VirtualProcess implements Owner {
  readonly world: ProcessWorld;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly init: boolean;
  readonly pid: number;
  readonly calls = new Set<{ end(): void }>();
  readonly clock: Pick<Clock, 'now' | 'epochMs' | 'setTimeout' | 'clearTimeout'>;
  readonly #options: ProcessOptions;
  readonly #timers = new Set<Timer>();
  readonly #cleanups = new Set<() => void>();
  readonly #frozenWork: (() => void)[] = [];
  #alive = true;
  #frozen = false;
  #memory = 0;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.world = options.world;
    this.argv = options.argv;
    this.env = options.env;
    this.cwd = options.cwd;
    this.uid = options.uid;
    this.init = options.init;
    this.pid = options.init ? 1 : (lastPid.get(this.world) ?? 6) + 1;
    if (!options.init) lastPid.set(this.world, this.pid);
    this.clock = this.#ownClock(options.world.clock);
  }

  get alive(): boolean {
    return this.#alive;
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    if (this.#alive) this.#options.write(stream, text);
  }

  note(line: NotedLine, at: number): void {
    if (!this.#alive) return;
    if (this.#options.note !== undefined) this.#options.note(line, at);
    else this.#options.write('stdout', `${line(at)}\n`);
  }

  get memoryLimitBytes(): number | undefined {
    return this.#options.memoryLimitBytes;
  }

  /** The process ends: listeners close, timers stop, requests in its hands see a closed connection. */
  end(code: number, oomKilled = false): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const cleanup of this.#cleanups) cleanup();
    for (const timer of this.#timers) this.world.clock.clearTimeout(timer);
    this.#timers.clear();
    for (const call of [...this.calls]) call.end();
    this.calls.clear();
    this.#options.ended(code, oomKilled);
  }

  /** The command is over; what it started in the background goes on until it ends, or the container does. */
  leave(code: number): void {
    if (this.#alive) this.#options.left?.(code);
  }

  onEnd(cleanup: () => void): () => void {
    this.#cleanups.add(cleanup);
    return () => this.#cleanups.delete(cleanup);
  }

  allocate(bytes: number): void {
    this.#memory += bytes;
    const limit = this.#options.memoryLimitBytes;
    if (limit !== undefined && this.#memory > limit) this.end(137, true);
  }

  run(work: () => void): void {
    if (this.#frozen) this.#frozenWork.push(work);
    else if (this.#alive) work();
  }

  freeze(frozen: boolean): void {
    this.#frozen = frozen;
    if (!frozen) for (const work of this.#frozenWork.splice(0)) this.run(work);
  }

  #ownClock(clock: Clock): Pick<Clock, 'now' | 'epochMs' | 'setTimeout' | 'clearTimeout'> {
    return {
      now: () => clock.now(),
      epochMs: clock.epochMs,
      setTimeout: (fn, delayMs, order) => {
        const timer = clock.setTimeout(
          () => {
            this.#timers.delete(timer);
            this.run(fn);
          },
          delayMs,
          order,
        );
        if (this.#alive) this.#timers.add(timer);
        else clock.clearTimeout(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        if (timer !== undefined) this.#timers.delete(timer);
        clock.clearTimeout(timer);
      },
    };
  }
}
