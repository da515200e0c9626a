import type { AppDescription } from '../../sim/programs/app/description.ts';
import { slowStart } from '../../sim/programs/app/slow-start.ts';
import type { ContainerCommand } from '../../sim/runtime/port.ts';
import { PAUSE_IMAGE } from '../images/catalogue.ts';
import { atMost } from './at-most.ts';
import { removeContainer } from './cleanup.ts';
import { createOptions, hostOptions } from './container-options.ts';
import { describedExec } from './described-exec.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { attachContainer } from './engine-stream.ts';
import type { EngineEvent } from './event-stream.ts';
import type { ImageService, ResolvedImage } from './image-service.ts';
import { Instance } from './instance.ts';
import { LabContainer } from './lab-container.ts';
import { lateStart, needsShell } from './late-start.ts';
import { demultiplex } from './output.ts';
import type { PodRequests } from './pod-requests.ts';
import type { PodSandboxes } from './pod-sandboxes.ts';
import { enginePrivileges, type Privileges } from './privileges.ts';
import { programLaunch } from './program-launch.ts';
import type { RunContext } from './run-context.ts';
import { readMessage } from './volumes.ts';

export interface PodContainersOptions {
  run: RunContext;
  images: ImageService;
  sandboxes: PodSandboxes;
  /** How many times faster than the wall our programs' clocks go. */
  timeScale: number;
  /** How apps behave, by container name or image: here, how late they start. */
  apps: Readonly<Record<string, AppDescription>>;
  /** Requests that containers send for the lab. */
  requests: PodRequests;
  /** What steps changed about a container's app before this instance. */
  patches(podUID: string, container: string): readonly Readonly<Record<string, unknown>>[];
}

/** An output that has not ended this long after its container is not waited for. */
const DRAIN_MS = 150;

/** The life of containers: created and started through testcontainers, ended by what the engine's events say. */
export class PodContainers {
  readonly instances = new Map<string, Instance>();
  readonly #options: PodContainersOptions;
  readonly #run: RunContext;
  readonly #noticed = new Set<string>();
  #privileges: Promise<Privileges> | undefined;

  constructor(options: PodContainersOptions) {
    this.#options = options;
    this.#run = options.run;
  }

  /** The instance of a pod's container that runs now. */
  running(podUID: string, container: string): Instance | undefined {
    const of = [...this.instances.values()].filter(
      ({ command }) => command.podUID === podUID && command.container === container,
    );
    return of.findLast((instance) => instance.running);
  }

  async create(command: ContainerCommand): Promise<void> {
    const { id, podUID, container } = command;
    let instance: Instance | undefined;
    try {
      const { pauseID, resolved } = await this.#needs(command);
      instance = this.#newInstance(command, resolved);
      await this.#launch(instance, resolved, pauseID);
    } catch (error) {
      const message = engineMessage(error);
      const failed = { type: 'container-failed', podUID, container } as const;
      if (instance === undefined || instance.containerID === '') {
        this.#run.emit({ ...failed, id, phase: 'create', message });
      } else if (instance.startID !== undefined) {
        const { containerID, startID } = instance;
        this.#run.emit({
          ...failed,
          id: startID,
          containerID,
          phase: 'start',
          message: taskError(message),
          exitCode: 128,
        });
      }
    }
  }

  /** What an exec really runs: the command, or what the scenario says of it. */
  execCommand(containerID: string, command: readonly string[]): readonly string[] {
    const instance = this.instances.get(containerID);
    if (instance === undefined || instance.execs.length === 0) return command;
    const sinceStart = (this.#run.clock.now() - (instance.startedAt ?? 0)) * this.#options.timeScale;
    return describedExec(command, instance.execs, sinceStart);
  }

  start(command: { id: string; containerID: string }): void {
    const instance = this.instances.get(command.containerID);
    if (instance === undefined) {
      this.#run.notice('error', 'CONTAINER_UNKNOWN', `There is no container ${command.containerID} to start.`);
      return;
    }
    instance.startID = command.id;
    instance.startGate.open();
  }

  async signal(command: { containerID: string; signal: string }): Promise<void> {
    try {
      await this.#run.docker.getContainer(command.containerID).kill({ signal: command.signal });
    } catch (error) {
      // Signalling a process that is over is no fault.
      const status = engineStatus(error);
      if (status !== 404 && status !== 409) throw error;
    }
  }

  async remove(containerID: string): Promise<void> {
    const instance = this.instances.get(containerID);
    this.instances.delete(containerID);
    instance?.startGate.close(new Error('the container was removed'));
    await removeContainer(this.#run.docker, containerID);
  }

  /** The engine says that a container's process is over. */
  async died(event: EngineEvent): Promise<void> {
    const instance = this.instances.get(event.containerID);
    if (instance === undefined || instance.exited) return;
    instance.exited = true;
    const now = this.#run.clock.now();
    const age = Date.now() - event.timeMs;
    const [state] = await Promise.all([
      this.#run.docker
        .getContainer(instance.containerID)
        .inspect()
        .catch(() => undefined),
      atMost(DRAIN_MS, instance.drained.passed),
      // A process that is over at once: its end is told after its start.
      instance.started.passed,
    ]);
    const terminationMessage = readMessage(instance.messageFile);
    const { tail } = instance.lines;
    this.#run.emit({
      type: 'container-exited',
      podUID: instance.command.podUID,
      container: instance.command.container,
      containerID: instance.containerID,
      exitCode: Number(event.attributes.exitCode ?? 0),
      oomKilled: instance.oom || (state?.State.OOMKilled ?? false),
      // An engine elsewhere has a clock of its own: then the moment we heard of it must do.
      finishedAt: Math.max(instance.startedAt ?? 0, age >= 0 && age < 2000 ? now - Math.round(age) : now),
      ...(terminationMessage === undefined ? {} : { terminationMessage }),
      ...(tail === '' ? {} : { logTail: tail }),
    });
  }

  async #needs(command: ContainerCommand): Promise<{ pauseID: string; resolved: ResolvedImage }> {
    const pauseID = this.#options.sandboxes.pauseID(command.podUID);
    if (pauseID === undefined) throw new Error(`failed to find sandbox of pod ${command.podName}`);
    const resolved = await this.#options.images.resolve(command.image, command.container);
    if (resolved === undefined) throw new Error(`failed to resolve image "${command.image}": not found`);
    if (resolved.standIn !== undefined && !this.#noticed.has(command.image)) {
      this.#noticed.add(command.image);
      this.#run.notice('info', 'IMAGE_STAND_IN', `${command.image} is a stand-in: ${resolved.standIn}.`);
    }
    return { pauseID, resolved };
  }

  #newInstance(command: ContainerCommand, resolved: ResolvedImage): Instance {
    const { podUID, container } = command;
    const instance: Instance = new Instance({
      command,
      imageID: resolved.imageID,
      program: resolved.programHost,
      execs: resolved.description?.exec ?? [],
      messageFile: this.#run.directory.messageFile(),
      startGate: this.#run.newGate(),
      onRequest: (id, outcome) => this.#options.requests.ended(id, outcome),
      onLine: (stream, line) =>
        this.#run.emit({ type: 'log', podUID, container, containerID: instance.containerID, stream, line }),
    });
    return instance;
  }

  async #launch(instance: Instance, resolved: ResolvedImage, pauseID: string): Promise<void> {
    const { command } = instance;
    const program = programLaunch(command, resolved, {
      timeScale: this.#options.timeScale,
      patches: this.#options.patches(command.podUID, command.container),
    });
    const binds = this.#run.directory.binds(command);
    binds.push(`${instance.messageFile}:${command.terminationMessagePath}`);
    const late = this.#late(command);
    const options = createOptions(command, this.#run.labels, program);
    const container = new LabContainer(
      {
        image: resolved.reference,
        networkMode: `container:${pauseID}`,
        create: {
          ...options,
          ...(late === undefined ? {} : lateStart(late, options, resolved.commandLine)),
          name: this.#run.containerName(command.podName, `${command.container}-${command.attempt}`),
        },
        host: hostOptions(command, binds, command.security.privileged ? await this.#privileged() : {}),
      },
      {
        created: async (id) => {
          if (late !== undefined) await needsShell(this.#run.docker.getContainer(id), command.image);
          await this.#created(instance, id);
        },
        started: () => this.#started(instance),
      },
    );
    await container.start();
  }

  /** How many ms late the image's own program begins. */
  #late({ container, image }: ContainerCommand): number | undefined {
    const { apps } = this.#options;
    return slowStart(apps[container] ?? apps[image]);
  }

  /** Found out once, when the first container asks for it. */
  #privileged(): Promise<Privileges> {
    this.#privileges ??= enginePrivileges(this.#run.docker, { image: PAUSE_IMAGE, labels: this.#run.labels }).then(
      ({ privileges, missing }) => {
        if (missing.length > 0)
          this.#run.notice(
            'info',
            'PRIVILEGED_LESS',
            `This engine gives nobody ${missing.join(', ')}: privileged containers run without.`,
          );
        return privileges;
      },
    );
    return this.#privileges;
  }

  async #created(instance: Instance, containerID: string): Promise<void> {
    const { id, podUID, container } = instance.command;
    if (this.#run.disposed) throw new Error('the run is over');
    await this.#attach(instance, containerID);
    instance.containerID = containerID;
    this.instances.set(containerID, instance);
    const { imageID } = instance;
    this.#run.emit({ type: 'container-created', id, podUID, container, containerID, imageID });
    await instance.startGate.passed;
  }

  /** Output is followed and input held from before the start, so that nothing is missed. */
  async #attach(instance: Instance, containerID: string): Promise<void> {
    const stream = await attachContainer(this.#run.docker, containerID, { stdin: instance.program });
    instance.input = stream;
    demultiplex(
      stream,
      instance.command.tty ?? false,
      (name, data) => instance.lines.write(name, data),
      () => {
        instance.lines.end();
        instance.drained.open();
      },
    );
  }

  #started(instance: Instance): void {
    const { id, podUID, container } = instance.command;
    const { containerID, startID = id } = instance;
    const startedAt = this.#run.clock.now();
    instance.startedAt = startedAt;
    this.#run.emit({ type: 'container-started', id: startID, podUID, container, containerID, startedAt });
    instance.started.open();
  }
}

/** Models containerd's wrapping of what its runtime says, which kubelets show. */
function taskError(message: string): string {
  return /^(failed to create shim|OCI runtime)/.test(message)
    ? `failed to create containerd task: ${message}`
    : message;
}
