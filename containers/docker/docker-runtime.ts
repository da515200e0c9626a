import type { Clock } from '../../sim/core/clock.ts';
import type { ServiceCatalogue } from '../../sim/lab/service-directory.ts';
import type { AppDescription } from '../../sim/programs/app/description.ts';
import type { ClientOutcome } from '../../sim/programs/host.ts';
import type {
  ContainerCommand,
  ContainerRequest,
  ExecCommand,
  RegistryCredential,
  RuntimeEvent,
  RuntimePort,
  SandboxCommand,
  SteerCommand,
} from '../../sim/runtime/port.ts';
import type { ProbeTransport } from '../../sim/runtime/transport.ts';
import { cleanLeftovers, removeDirectory, removeRun } from './cleanup.ts';
import { connectEngine, type Engine } from './engine.ts';
import { type EngineEvent, EventStream } from './event-stream.ts';
import { ExecService } from './exec.ts';
import { FaultyTransport } from './faulty-transport.ts';
import { ImageService } from './image-service.ts';
import { createRunNetwork } from './network.ts';
import { LABEL, ownerLabels } from './owner.ts';
import { PodContainers } from './pod-containers.ts';
import { PodRequests } from './pod-requests.ts';
import { PodSandboxes } from './pod-sandboxes.ts';
import { RunContext } from './run-context.ts';
import { ServiceProxy } from './service-proxy.ts';
import { Steering } from './steering.ts';

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
  /**
   * `dispose()` leaves everything running, and no later run or clean-up touches it: `endRun` does. Default false.
   */
  keep?: boolean;
  /** Puts private keys into the files of volumes, where those hold stand-ins. */
  reveal?: (content: Uint8Array) => Uint8Array;
  /** Services that pods may call by name. Default none. */
  services?: ServiceCatalogue;
  /** Default: looked for as Docker's own client does. */
  engine?: Engine;
}

/**
 * Runs containers at a Docker engine, each pod's in one network namespace on a network of the run. What earlier runs
 * left is removed first.
 * @throws LabError DOCKER_UNAVAILABLE (exit code 69), NO_FREE_SUBNET.
 */
export async function createDockerRuntime(options: DockerRuntimeOptions): Promise<RuntimePort> {
  const engine = options.engine ?? (await connectEngine());
  // testcontainers looks for the engine by itself: it must find the same one.
  process.env.DOCKER_HOST ??= engine.endpoint;
  const labels = ownerLabels(options.runId, { keep: options.keep ?? false });
  await cleanLeftovers({ docker: engine.docker });
  const network = await createRunNetwork(engine.docker, labels);
  const run = new RunContext({ engine, labels, clock: options.clock, networkID: network.id, reveal: options.reveal });
  const runtime = new DockerRuntime(options, run, network.gateway);
  try {
    await runtime.open();
    return runtime;
  } catch (error) {
    await runtime.remove();
    throw error;
  }
}

class DockerRuntime implements RuntimePort {
  readonly name = 'docker';
  readonly transport: FaultyTransport;
  readonly #run: RunContext;
  readonly #images: ImageService;
  readonly #requests = new PodRequests();
  readonly #sandboxes: PodSandboxes;
  readonly #containers: PodContainers;
  readonly #execs: ExecService;
  readonly #steering: Steering;
  readonly #events: EventStream;
  readonly #keep: boolean;
  readonly #services: ServiceProxy | undefined;
  readonly serviceAddress?: string;
  #disposing: Promise<void> | undefined;

  constructor(options: DockerRuntimeOptions, run: RunContext, gateway: string) {
    this.transport = new FaultyTransport(options.transport);
    this.#run = run;
    this.#keep = options.keep ?? false;
    this.#images = new ImageService({
      docker: run.docker,
      apps: options.apps ?? {},
      images: options.images ?? {},
      described: new Set(options.described ?? []),
    });
    this.#sandboxes = new PodSandboxes(run);
    this.#services =
      options.services &&
      new ServiceProxy({
        services: options.services,
        gateway,
        notice: (message) => run.notice('info', 'SERVICE_NAME', message),
      });
    if (options.services !== undefined) this.serviceAddress = gateway;
    this.#containers = new PodContainers({
      run,
      apps: options.apps ?? {},
      images: this.#images,
      sandboxes: this.#sandboxes,
      timeScale: options.timeScale ?? 1,
      requests: this.#requests,
      patches: (podUID, container) => this.#steering.patches(podUID, container),
    });
    this.#execs = new ExecService({ docker: run.docker, labels: run.labels, local: run.engine.local });
    this.#steering = new Steering({
      run,
      containers: this.#containers,
      sandboxes: this.#sandboxes,
      images: this.#images,
      transport: this.transport,
    });
    this.#events = new EventStream(run.docker, `${LABEL.run}=${run.runId}`, {
      onEvent: (event) => this.#engineEvent(event),
      onLost: (message) => this.#lost(message),
    });
  }

  async open(): Promise<void> {
    await this.#events.open();
  }

  subscribe(listener: (event: RuntimeEvent) => void): void {
    this.#run.subscribe(listener);
  }

  imageStatus(command: { id: string; image: string }): void {
    this.#run.task(async () => {
      const found = await this.#images.resolve(command.image).catch((error: unknown) => {
        this.#run.failed(error);
        return undefined;
      });
      const known = found && { imageID: found.imageID, sizeBytes: found.sizeBytes };
      this.#run.emit({ type: 'image-status', ...command, present: found !== undefined, ...known });
    });
  }

  pullImage(command: { id: string; image: string; pullSecrets?: readonly RegistryCredential[] }): void {
    this.#run.task(() => this.#images.pull(command, (event) => this.#run.emit(event)));
  }

  createSandbox(command: SandboxCommand): void {
    const hosts = { ...this.#services?.hosts(command.namespace), ...command.hosts };
    this.#run.task(() => this.#sandboxes.create({ ...command, hosts }));
  }

  removeSandbox(command: { podUID: string }): void {
    const podIP = this.#sandboxes.address(command.podUID);
    if (podIP !== undefined) this.transport.forget(podIP);
    this.#run.task(() => this.#sandboxes.remove(command.podUID));
  }

  createContainer(command: ContainerCommand): void {
    this.#run.task(() => this.#containers.create(command));
  }

  startContainer(command: { id: string; containerID: string }): void {
    this.#containers.start(command);
  }

  signalContainer(command: { containerID: string; signal: string }): void {
    this.#run.task(() => this.#containers.signal(command));
  }

  removeContainer(command: { containerID: string }): void {
    this.#run.task(() => this.#containers.remove(command.containerID));
  }

  exec(command: ExecCommand): void {
    const real = { ...command, command: this.#containers.execCommand(command.containerID, command.command) };
    this.#run.task(() => this.#execs.run(real, (event) => this.#run.emit(event)));
  }

  requestFrom(request: ContainerRequest, done: (outcome: ClientOutcome) => void): void {
    const instance = this.#containers.running(request.podUID, request.container);
    if (instance === undefined || !instance.program) {
      const what = instance === undefined ? 'is not running' : `runs ${instance.command.image} itself`;
      const detail = `container ${request.container} ${what}: no request can be sent from it`;
      this.#run.notice('error', 'STEP_WITHOUT_PROGRAM', detail);
      queueMicrotask(() => done({ kind: 'failed', cause: 'other', detail }));
      return;
    }
    this.#requests.send(instance, request, (outcome) => {
      if (!this.#run.disposed) done(outcome);
    });
  }

  steer(command: SteerCommand): void {
    this.#run.task(() => this.#steering.steer(command));
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    this.#run.disposed = true;
    this.#run.closeGates();
    this.#events.close();
    this.#services?.close();
    this.#requests.close();
    for (const instance of this.#containers.instances.values()) instance.input?.destroy();
    if (this.#keep) await this.#run.settled();
    else await this.remove();
  }

  /** Removes everything, kept or not. */
  async remove(): Promise<void> {
    const { docker, runId, directory } = this.#run;
    if (!this.#run.lost) {
      // A container whose creation is under way appears only later: so once at once, and again when all is still.
      await removeRun(docker, runId);
      await this.#run.settled();
      await removeRun(docker, runId);
    }
    await removeDirectory(docker, directory.path);
  }

  #engineEvent(event: EngineEvent): void {
    if (event.action === 'exec_die') {
      this.#execs.ended(event.attributes.execID ?? '', Number(event.attributes.exitCode ?? 0));
    } else if (event.action === 'oom') {
      const instance = this.#containers.instances.get(event.containerID);
      if (instance !== undefined) instance.oom = true;
    } else if (event.action === 'die') {
      this.#execs.containerEnded(event.containerID);
      this.#run.task(() => this.#containers.died(event));
    }
  }

  #lost(message: string): void {
    this.#run.lost = true;
    this.#run.closeGates(new Error(message));
    this.#run.emit({ type: 'lost', message });
  }
}
