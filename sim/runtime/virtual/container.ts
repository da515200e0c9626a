import { patchDescription } from '../../programs/app/app-patch.ts';
import type { AppDescription, AppPatch, ExecDescription } from '../../programs/app/description.ts';
import { holds } from '../../programs/app/windows.ts';
import type { ImageDescription } from '../../programs/catalogue/image.ts';
import type { ClientOutcome, ClientRequest, NotedLine } from '../../programs/host.ts';
import type { ContainerCommand, RuntimeEvent } from '../port.ts';
import { ContainerLog } from './container-log.ts';
import type { ContainerFiles } from './files.ts';
import { findProgram, startApp } from './launch.ts';
import { httpRequest } from './network/client.ts';
import type { NetworkNamespace } from './network/namespace.ts';
import { type Guest, type ProcessWorld, type SignalName, VirtualProcess } from './process.ts';

export interface ContainerParts {
  command: ContainerCommand;
  containerID: string;
  image: ImageDescription;
  /** How its app behaves, if a scenario or the lack of a description says so; else the image's own program runs. */
  app: AppDescription | undefined;
  world: Pick<ProcessWorld, 'clock' | 'random' | 'latencies' | 'network' | 'notice'>;
  namespace: NetworkNamespace;
  files: ContainerFiles;
  emit(event: RuntimeEvent): void;
}

const decoder = new TextDecoder();
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One container instance: its main process, what is exec'd into it, its output and its end. */
export class VirtualContainer {
  readonly command: ContainerCommand;
  readonly containerID: string;
  readonly log: ContainerLog;
  state: 'created' | 'running' | 'exited' = 'created';
  readonly #parts: ContainerParts;
  readonly #world: ProcessWorld;
  readonly #execs = new Set<VirtualProcess>();
  readonly #env: Readonly<Record<string, string>>;
  #main: { process: VirtualProcess; guest: Guest } | undefined;
  #app: AppDescription | undefined;
  #startedAt = 0;
  #oomKilled = false;

  constructor(parts: ContainerParts) {
    this.#parts = parts;
    this.command = parts.command;
    this.containerID = parts.containerID;
    this.#app = parts.app;
    const { podUID, container } = parts.command;
    this.log = new ContainerLog((stream, line) =>
      parts.emit({ type: 'log', podUID, container, containerID: parts.containerID, stream, line }),
    );
    this.#env = {
      PATH: DEFAULT_PATH,
      HOSTNAME: parts.command.podName,
      HOME: '/root',
      ...parts.image.env,
      ...Object.fromEntries(parts.command.env.map(({ name, value }) => [name, value])),
    };
    this.#world = {
      ...parts.world,
      namespace: parts.namespace,
      files: parts.files,
      canChangeRules: mayChangeRules(parts.command),
      signalInit: (name) => this.signal(name),
      childOutOfMemory: () => {
        this.#oomKilled = true;
      },
      spawn: (process) => this.#spawn(process),
    };
  }

  /** The description it runs by, if it runs by one. */
  get app(): AppDescription | undefined {
    return this.#app;
  }

  get argv(): readonly string[] {
    const { command, args } = this.command;
    const { image } = this.#parts;
    if (command !== undefined && command.length > 0) return [...command, ...(args ?? [])];
    return [...image.entrypoint, ...(args !== undefined && args.length > 0 ? args : (image.args ?? []))];
  }

  /** Starts the main process. The OCI runtime's complaint if that cannot be. */
  start(): string | undefined {
    const app = this.#app;
    const launch = app === undefined ? this.#find(this.argv) : (process: VirtualProcess) => startApp(app, process);
    if (typeof launch === 'string') {
      this.state = 'exited';
      return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: ${launch}: unknown`;
    }
    const process = this.#process(
      this.argv,
      true,
      (stream, text) => this.log.write(stream, text),
      (code, oom) => this.#ended(code, oom),
    );
    this.state = 'running';
    this.#startedAt = this.#world.clock.now();
    this.#main = { process, guest: NOBODY };
    const guest = launch(process);
    if (this.#main?.process === process) this.#main.guest = guest;
    return undefined;
  }

  signal(name: SignalName): void {
    if (this.state !== 'running' || this.#main === undefined) return;
    if (name === 'SIGKILL') this.#main.process.end(137);
    else this.#main.process.run(() => this.#main?.guest.signal(name));
  }

  /** A step came before the container has started: it starts changed. Programs of the image get the step then. */
  describeAnew(patch: AppPatch): void {
    if (this.#app !== undefined) this.#app = patchDescription(this.#app, patch);
  }

  /** Changes what runs; false if it takes no such changes. */
  steer(patch: Readonly<Record<string, unknown>>): boolean {
    if (this.#app !== undefined) this.#app = patchDescription(this.#app, patch as AppPatch);
    const { guest } = this.#main ?? {};
    if (guest?.steer !== undefined) return guest.steer(patch);
    return this.#steerAnything(patch as AppPatch);
  }

  /** A request that its main process sends. */
  request(options: ClientRequest, done: (outcome: ClientOutcome) => void): void {
    if (this.#main === undefined) {
      const detail = `container ${this.command.container} is not running`;
      this.#world.clock.setTimeout(() => done({ kind: 'failed', cause: 'other', detail }), 0);
    } else httpRequest(this.#main.process, options, done);
  }

  freeze(frozen: boolean): void {
    this.#main?.process.freeze(frozen);
    for (const process of this.#execs) process.freeze(frozen);
  }

  /**
   * Runs a command in the container. `done` is called once, when the command and everyone who holds its output are
   * over. Returns the way to kill it (false: the command itself is over), or the OCI runtime's complaint.
   */
  exec(
    argv: readonly string[],
    done: (code: number, stdout: string, stderr: string) => void,
  ): (() => boolean) | string {
    const described = this.#describedExec(argv.join(' '));
    if (described !== undefined) return this.#runDescribed(described, done);
    const launch = this.#find(argv);
    if (typeof launch === 'string') return launch;
    const output = { stdout: '', stderr: '' };
    let told = false;
    const tell = (code: number) => {
      if (!told) done(code, output.stdout, output.stderr);
      told = true;
    };
    const process = this.#process(
      argv,
      false,
      (stream, text) => {
        output[stream] += text;
      },
      (code, oomKilled) => {
        this.#execs.delete(process);
        if (oomKilled) this.#oomKilled = true;
        tell(code);
      },
      tell,
    );
    this.#execs.add(process);
    const guest = launch(process) as Guest & { kill?(): boolean };
    return () => {
      if (guest.kill !== undefined) return guest.kill();
      process.end(137);
      return true;
    };
  }

  get terminationMessage(): string | undefined {
    const bytes = this.#parts.files.read(this.command.terminationMessagePath);
    return bytes === undefined ? undefined : decoder.decode(bytes.subarray(0, 4096));
  }

  #process(
    argv: readonly string[],
    init: boolean,
    write: (stream: 'stdout' | 'stderr', text: string) => void,
    ended: (code: number, oomKilled: boolean) => void,
    left?: (code: number) => void,
  ): VirtualProcess {
    return new VirtualProcess({
      world: this.#world,
      argv,
      env: this.#env,
      cwd: this.command.workingDir ?? this.#parts.image.workingDir ?? '/',
      uid: this.command.security.runAsUser ?? this.#parts.image.user ?? 0,
      init,
      memoryLimitBytes: this.command.resources.memoryLimitBytes,
      write,
      ...(init && { note: (line: NotedLine, at: number) => this.log.note(line, at) }),
      ...(left && { left }),
      ended,
    });
  }

  #spawn(process: VirtualProcess): Guest | undefined {
    const launch = this.#find(process.argv);
    return typeof launch === 'string' ? undefined : launch(process);
  }

  #find(argv: readonly string[]): ReturnType<typeof findProgram> {
    const { image, files } = this.#parts;
    return findProgram(
      image,
      argv,
      (path) => files.exists(path),
      (path) => files.isRemoved(path),
    );
  }

  #describedExec(line: string): ExecDescription | undefined {
    const since = this.#world.clock.now() - this.#startedAt;
    return this.#app?.exec?.find(({ command, ...window }) => {
      const matches = command.endsWith('*') ? line.startsWith(command.slice(0, -1)) : line === command;
      return matches && holds(window, since);
    });
  }

  #runDescribed(entry: ExecDescription, done: (code: number, stdout: string, stderr: string) => void): () => boolean {
    const end = () => done(entry.exitCode ?? 0, entry.stdout ?? '', entry.stderr ?? '');
    const process = this.#process(
      [entry.command],
      false,
      () => {},
      () => this.#execs.delete(process),
    );
    this.#execs.add(process);
    process.clock.setTimeout(() => {
      process.end(0);
      end();
    }, entry.duration ?? 0);
    return () => {
      process.end(137);
      done(137, '', '');
      return true;
    };
  }

  /** What a step can do to any container, whatever runs in it. */
  #steerAnything(patch: AppPatch): boolean {
    for (const [path, content] of Object.entries(patch.files ?? {})) {
      if (content === null) this.#parts.files.remove(path);
      else this.#parts.files.write(path, new TextEncoder().encode(content));
    }
    if (patch.die !== undefined) this.#main?.process.end(137, patch.die === 'OOM');
    else if (patch.exit !== undefined) this.#main?.process.end(patch.exit);
    return patch.files !== undefined || patch.die !== undefined || patch.exit !== undefined;
  }

  #ended(exitCode: number, oomKilled: boolean): void {
    if (this.state === 'exited') return;
    this.state = 'exited';
    this.#main = undefined;
    for (const process of [...this.#execs]) process.end(137);
    this.log.close();
    const { clock, latencies } = this.#world;
    const finishedAt = clock.now();
    const message = this.terminationMessage;
    clock.setTimeout(() => {
      this.#parts.emit({
        type: 'container-exited',
        podUID: this.command.podUID,
        container: this.command.container,
        containerID: this.containerID,
        exitCode,
        oomKilled: oomKilled || this.#oomKilled,
        finishedAt,
        ...(message === undefined ? {} : { terminationMessage: message }),
        logTail: this.log.tail,
      });
    }, latencies.exit);
  }
}

function mayChangeRules({ security }: ContainerCommand): boolean {
  return (
    security.privileged === true ||
    ((security.runAsUser ?? 0) === 0 && security.addCapabilities.some((name) => name === 'NET_ADMIN' || name === 'ALL'))
  );
}

const NOBODY: Guest = { signal: () => {} };
