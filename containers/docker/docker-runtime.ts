import type { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Clock } from '../../sim/core/clock.ts';
import type { AppDescription } from '../../sim/programs/app/description.ts';
import type {
  ContainerCommand,
  ExecCommand,
  RegistryCredential,
  RuntimeEvent,
  RuntimePort,
  SandboxCommand,
  SteerCommand,
} from '../../sim/runtime/port.ts';
import type { ProbeTransport } from '../../sim/runtime/transport.ts';
import { PAUSE_IMAGE } from '../images/catalogue.ts';
import { OOM_MARK } from '../program-host/node-host.ts';
import { cleanLeftovers, removeContainer, removeDirectory, removeRun } from './cleanup.ts';
import { createOptions, hostOptions } from './container-options.ts';
import { connectEngine, type Engine, engineMessage, engineStatus } from './engine.ts';
import { type EngineEvent, EventStream } from './event-stream.ts';
import { ExecService } from './exec.ts';
import { ImageService, type ResolvedImage } from './image-service.ts';
import { Gate, type Instance } from './instance.ts';
import { LabContainer } from './lab-container.ts';
import { createRunNetwork } from './network.ts';
import { demultiplex, LineReader } from './output.ts';
import { LABEL, type OwnerLabels, ownerLabels } from './owner.ts';
import { programLaunch } from './program-launch.ts';
import { Steering } from './steering.ts';
import { RunDirectory, readMessage } from './volumes.ts';

export interface DockerRuntimeOptions {
  clock: Pick<Clock, 'now'>;
  /** Names the run in labels, network and container names: lower case letters, digits, `-`. */
  runId: string;
  /** How probes reach pods. */
  transport: ProbeTransport;
  /** How apps behave, by container name or image. */
  apps?: Readonly<Record<string, AppDescription>>;
  /** Image → another image to run in its place, or `real`: never a stand-in. */
  images?: Readonly<Record<string, string>>;
  /** Images of containers that `apps` describes by container name: they may be missing, a described app runs instead. */
  described?: readonly string[];
  /** How many times faster than the wall our programs' clocks go. Default 1. */
  timeScale?: number;
  /** Default: looked for as Docker's own client does. */
  engine?: Engine;
}

interface Sandbox {
  readonly command: SandboxCommand;
  pauseID: string;
}

/** An output that has not ended this long after its container is not waited for. */
const DRAIN_MS = 150;
const DISPOSED = new Error('the run is over');

/**
 * Runs containers at a Docker engine, each pod's in one network namespace on a network of the run. What earlier runs
 * left is removed first.
 * @throws LabError DOCKER_UNAVAILABLE (exit code 69), NO_FREE_SUBNET.
 */
export async function createDockerRuntime(options: DockerRuntimeOptions): Promise<RuntimePort> {
  const engine = options.engine ?? (await connectEngine());
  // testcontainers looks for the engine by itself: it must find the same one.
  process.env.DOCKER_HOST ??= engine.endpoint;
  const labels = ownerLabels(options.runId);
  await cleanLeftovers({ docker: engine.docker });
  const network = await createRunNetwork(engine.docker, labels);
  const runtime = new DockerRuntime(options, engine, labels, network.id);
  try {
    await runtime.open();
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

class DockerRuntime implements RuntimePort {
  readonly name = 'docker';
  readonly transport: ProbeTransport;
  readonly #options: DockerRuntimeOptions;
  readonly #docker: Dockerode;
  readonly #labels: OwnerLabels;
  readonly #networkID: string;
  readonly #directory: RunDirectory;
  readonly #images: ImageService;
  readonly #execs: ExecService;
  readonly #events: EventStream;
  readonly #steering: Steering;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #instances = new Map<string, Instance>();
  /** Created or being created: closed when the run is over. */
  readonly #gates = new Set<Gate>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #noticed = new Set<string>();
  #listener: (event: RuntimeEvent) => void = () => {};
  #disposed: Promise<void> | undefined;
  #lost = false;
  #names = 0;

  constructor(options: DockerRuntimeOptions, engine: Engine, labels: OwnerLabels, networkID: string) {
    this.#options = options;
    this.transport = options.transport;
    this.#docker = engine.docker;
    this.#labels = labels;
    this.#networkID = networkID;
    this.#directory = new RunDirectory(labels);
    this.#images = new ImageService({
      docker: engine.docker,
      apps: options.apps ?? {},
      images: options.images ?? {},
      described: new Set(options.described ?? []),
    });
    this.#execs = new ExecService({ docker: engine.docker, labels, local: engine.local });
    this.#events = new EventStream(engine.docker, `${LABEL.run}=${options.runId}`, {
      onEvent: (event) => this.#engineEvent(event),
      onLost: (message) => this.#onLost(message),
    });
    this.#steering = new Steering({
      docker: engine.docker,
      labels,
      instances: this.#instances,
      pauseID: (podUID) => this.#sandboxes.get(podUID)?.pauseID,
      notice: (level, code, message) => this.#emit({ type: 'notice', level, code, message }),
    });
  }

  async open(): Promise<void> {
    await this.#events.open();
  }

  subscribe(listener: (event: RuntimeEvent) => void): void {
    this.#listener = listener;
  }

  imageStatus(command: { id: string; image: string }): void {
    this.#task(async () => {
      const found = await this.#images.resolve(command.image).catch((error: unknown) => this.#failed(error));
      const known = found && { imageID: found.imageID, sizeBytes: found.sizeBytes };
      this.#emit({ type: 'image-status', ...command, present: found !== undefined, ...known });
    });
  }

  pullImage(command: { id: string; image: string; pullSecrets?: readonly RegistryCredential[] }): void {
    this.#task(() => this.#images.pull(command, (event) => this.#emit(event)));
  }

  createSandbox(command: SandboxCommand): void {
    this.#task(async () => {
      const sandbox: Sandbox = { command, pauseID: '' };
      this.#sandboxes.set(command.podUID, sandbox);
      try {
        const ip = await this.#startPause(sandbox);
        this.#emit({ type: 'sandbox-ready', podUID: command.podUID, ip });
      } catch (error) {
        this.#emit({ type: 'sandbox-failed', podUID: command.podUID, message: engineMessage(error) });
      }
    });
  }

  removeSandbox(command: { podUID: string }): void {
    const sandbox = this.#sandboxes.get(command.podUID);
    this.#sandboxes.delete(command.podUID);
    this.#task(async () => {
      if (sandbox?.pauseID) await removeContainer(this.#docker, sandbox.pauseID);
      await this.#directory.removePod(command.podUID);
    });
  }

  createContainer(command: ContainerCommand): void {
    this.#task(async () => {
      const instance = { containerID: '' } as Pick<Instance, 'containerID' | 'startID'>;
      try {
        await this.#run(command, instance);
      } catch (error) {
        const { podUID, container } = command;
        const { containerID, startID } = instance;
        if (containerID === '') {
          this.#emit({
            type: 'container-failed',
            id: command.id,
            podUID,
            container,
            phase: 'create',
            message: engineMessage(error),
          });
        } else if (startID !== undefined) {
          const message = taskError(engineMessage(error));
          this.#emit({
            type: 'container-failed',
            id: startID,
            podUID,
            container,
            containerID,
            phase: 'start',
            message,
            exitCode: 128,
          });
        }
      }
    });
  }

  startContainer(command: { id: string; containerID: string }): void {
    const instance = this.#instances.get(command.containerID);
    if (instance === undefined) {
      this.#notice('error', 'CONTAINER_UNKNOWN', `There is no container ${command.containerID} to start.`);
      return;
    }
    instance.startID = command.id;
    instance.gate.open();
  }

  signalContainer(command: { containerID: string; signal: string }): void {
    this.#task(async () => {
      await this.#docker.getContainer(command.containerID).kill({ signal: command.signal }).catch(expectGone);
    });
  }

  removeContainer(command: { containerID: string }): void {
    const instance = this.#instances.get(command.containerID);
    this.#instances.delete(command.containerID);
    instance?.gate.close(DISPOSED);
    this.#task(() => removeContainer(this.#docker, command.containerID));
  }

  exec(command: ExecCommand): void {
    this.#task(() => this.#execs.run(this.#steering.translateExec(command), (event) => this.#emit(event)));
  }

  steer(command: SteerCommand): void {
    this.#task(() => this.#steering.steer(command));
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    for (const gate of this.#gates) gate.close(DISPOSED);
    this.#events.close();
    for (const instance of this.#instances.values()) instance.input?.destroy();
    if (this.#lost) {
      await removeDirectory(this.#docker, this.#directory.path).catch(() => {});
      return;
    }
    // A container whose creation is under way appears only later: so once at once, and again when all is still.
    await this.#removeAll();
    await Promise.all(this.#tasks);
    await this.#removeAll();
    await removeDirectory(this.#docker, this.#directory.path);
  }

  async #removeAll(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await removeRun(this.#docker, this.#options.runId);
        return;
      } catch (error) {
        // A network may still have the end point of a container that is on its way out.
        if (attempt >= 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #startPause(sandbox: Sandbox): Promise<string> {
    const { command } = sandbox;
    const gate = this.#newGate();
    gate.open();
    let ip = '';
    const pause = new LabContainer(
      {
        image: PAUSE_IMAGE,
        networkMode: this.#networkID,
        create: {
          name: this.#containerName(command.podName, 'POD'),
          Hostname: command.hostname.slice(0, 63),
          Labels: {
            ...this.#labels,
            'io.kubernetes.pod.uid': command.podUID,
            'io.kubernetes.pod.name': command.podName,
          },
        },
        host: { ExtraHosts: Object.entries(command.hosts ?? {}).map(([name, address]) => `${name}:${address}`) },
      },
      {
        created: (id) => {
          sandbox.pauseID = id;
          return gate.passed;
        },
        started: (inspect) => {
          ip = Object.values(inspect.networkSettings)[0]?.ipAddress ?? '';
        },
      },
    );
    await pause.start();
    this.#gates.delete(gate);
    if (ip === '') throw new Error('the pod got no address');
    return ip;
  }

  async #run(command: ContainerCommand, progress: Pick<Instance, 'containerID' | 'startID'>): Promise<void> {
    const sandbox = this.#sandboxes.get(command.podUID);
    if (sandbox === undefined) throw new Error(`failed to find sandbox of pod ${command.podName}`);
    const resolved = await this.#images.resolve(command.image, command.container);
    if (resolved === undefined) throw new Error(`failed to resolve image "${command.image}": not found`);
    this.#tellStandIn(command, resolved);
    const program = programLaunch(command, resolved, this.#options.timeScale ?? 1);
    const instance = this.#instance(command, resolved, progress);
    const binds = [...this.#directory.binds(command), `${instance.messageFile}:${command.terminationMessagePath}`];
    const container = new LabContainer(
      {
        image: resolved.reference,
        networkMode: `container:${sandbox.pauseID}`,
        create: {
          ...createOptions(command, this.#labels, program),
          name: this.#containerName(command.podName, `${command.container}-${command.attempt}`),
        },
        host: hostOptions(command, binds),
      },
      {
        created: (id) => this.#created(instance, id, progress),
        started: () => this.#started(instance),
      },
    );
    await container.start();
  }

  #instance(
    command: ContainerCommand,
    resolved: ResolvedImage,
    progress: Pick<Instance, 'containerID' | 'startID'>,
  ): Instance {
    let markDrained = (): void => {};
    let markStarted = (): void => {};
    const drained = new Promise<void>((resolve) => {
      markDrained = resolve;
    });
    const started = new Promise<void>((resolve) => {
      markStarted = resolve;
    });
    const lines = new LineReader((stream, line) => {
      if (line === OOM_MARK) instance.oom = true;
      else
        this.#emit({
          type: 'log',
          podUID: command.podUID,
          container: command.container,
          containerID: instance.containerID,
          stream,
          line,
        });
    });
    const instance: Instance = {
      command,
      messageFile: this.#directory.messageFile(),
      lines,
      gate: this.#newGate(),
      drained,
      started,
      program: resolved.programHost,
      containerID: '',
      imageID: resolved.imageID,
      exited: false,
      oom: false,
      markDrained,
      markStarted,
      get startID() {
        return progress.startID;
      },
      set startID(id: string | undefined) {
        if (id !== undefined) progress.startID = id;
      },
    };
    return instance;
  }

  async #created(instance: Instance, id: string, progress: { containerID: string }): Promise<void> {
    const { command } = instance;
    if (this.#disposed !== undefined) throw DISPOSED;
    instance.containerID = id;
    this.#instances.set(id, instance);
    await this.#attach(instance);
    progress.containerID = id;
    this.#emit({
      type: 'container-created',
      id: command.id,
      podUID: command.podUID,
      container: command.container,
      containerID: id,
      imageID: instance.imageID,
    });
    await instance.gate.passed;
    this.#gates.delete(instance.gate);
  }

  /** Output is followed and input held from before the start, so that nothing is missed. */
  async #attach(instance: Instance): Promise<void> {
    const stream = (await this.#docker.getContainer(instance.containerID).attach({
      stream: true,
      stdin: instance.program,
      stdout: true,
      stderr: true,
      hijack: true,
    })) as unknown as Duplex;
    instance.input = stream;
    demultiplex(
      stream,
      instance.command.tty ?? false,
      (name, data) => instance.lines.write(name, data),
      () => {
        instance.lines.end();
        instance.markDrained();
      },
    );
  }

  #started(instance: Instance): void {
    const { command, containerID } = instance;
    const startedAt = this.#options.clock.now();
    instance.startedAt = startedAt;
    this.#emit({
      type: 'container-started',
      id: instance.startID ?? command.id,
      podUID: command.podUID,
      container: command.container,
      containerID,
      startedAt,
    });
    this.#steering.started(instance);
    instance.markStarted();
  }

  #engineEvent(event: EngineEvent): void {
    if (event.action === 'exec_die') {
      this.#execs.ended(event.attributes.execID ?? '', Number(event.attributes.exitCode ?? 0));
      return;
    }
    if (event.action === 'oom') {
      const instance = this.#instances.get(event.containerID);
      if (instance !== undefined) instance.oom = true;
    }
    if (event.action !== 'die') return;
    this.#execs.containerEnded(event.containerID);
    const instance = this.#instances.get(event.containerID);
    if (instance !== undefined && !instance.exited) this.#task(() => this.#exited(instance, event));
  }

  async #exited(instance: Instance, event: EngineEvent): Promise<void> {
    instance.exited = true;
    const now = this.#options.clock.now();
    const age = Date.now() - event.timeMs;
    const [state] = await Promise.all([
      this.#docker
        .getContainer(instance.containerID)
        .inspect()
        .catch(() => undefined),
      Promise.race([instance.drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]),
      // A process that is over at once: its end is told after its start.
      instance.started,
    ]);
    const terminationMessage = readMessage(instance.messageFile);
    this.#emit({
      type: 'container-exited',
      podUID: instance.command.podUID,
      container: instance.command.container,
      containerID: instance.containerID,
      exitCode: Number(event.attributes.exitCode ?? 0),
      oomKilled: instance.oom || (state?.State.OOMKilled ?? false),
      // An engine elsewhere has a clock of its own: then the moment we heard of it must do.
      finishedAt: Math.max(instance.startedAt ?? 0, age >= 0 && age < 2000 ? now - Math.round(age) : now),
      ...(terminationMessage === undefined ? {} : { terminationMessage }),
      ...(instance.lines.tail === '' ? {} : { logTail: instance.lines.tail }),
    });
  }

  #tellStandIn(command: ContainerCommand, resolved: ResolvedImage): void {
    if (resolved.standIn === undefined || this.#noticed.has(command.image)) return;
    this.#noticed.add(command.image);
    this.#notice('info', 'IMAGE_STAND_IN', `${command.image} is a stand-in: ${resolved.standIn}.`);
  }

  #onLost(message: string): void {
    this.#lost = true;
    for (const gate of this.#gates) gate.close(new Error(message));
    this.#emit({ type: 'lost', message });
  }

  #newGate(): Gate {
    const gate = new Gate();
    this.#gates.add(gate);
    if (this.#disposed !== undefined) gate.close(DISPOSED);
    return gate;
  }

  #containerName(pod: string, rest: string): string {
    return `${this.#options.runId}-${pod}-${rest}-${this.#names++}`.replace(/[^a-zA-Z0-9_.-]/g, '-');
  }

  #notice(level: 'info' | 'warning' | 'error', code: string, message: string): void {
    // Never from within a command.
    queueMicrotask(() => this.#emit({ type: 'notice', level, code, message }));
  }

  #failed(error: unknown): undefined {
    if (this.#disposed === undefined && !this.#lost) this.#notice('error', 'DOCKER_ERROR', engineMessage(error));
    return undefined;
  }

  #emit(event: RuntimeEvent): void {
    if (this.#disposed === undefined) this.#listener(event);
  }

  /** Runs what a command set off; a failure that has no answer of its own becomes a notice. */
  #task(work: () => Promise<unknown>): void {
    if (this.#disposed !== undefined) return;
    const task = work().then(
      () => {},
      (error: unknown) => this.#failed(error),
    );
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }
}

/** Signalling a process that is over is no fault. */
function expectGone(error: unknown): void {
  const status = engineStatus(error);
  if (status !== 404 && status !== 409) throw error;
}

/** Models containerd's wrapping of what its runtime says, which kubelets show. */
function taskError(message: string): string {
  return /^(failed to create shim|OCI runtime)/.test(message)
    ? `failed to create containerd task: ${message}`
    : message;
}
