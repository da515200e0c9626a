import type { SteerCommand } from '../../sim/runtime/port.ts';
import { engineMessage } from './engine.ts';
import type { FaultyTransport, PathFaults } from './faulty-transport.ts';
import type { ImageService, ImageState } from './image-service.ts';
import type { Instance } from './instance.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodSandboxes } from './pod-sandboxes.ts';
import type { RunContext } from './run-context.ts';

export interface SteeringOptions {
  run: RunContext;
  containers: PodContainers;
  sandboxes: PodSandboxes;
  images: ImageService;
  transport: FaultyTransport;
}

type Patch = Readonly<Record<string, unknown>>;

/** Carries a scenario's steps into running containers. What cannot be done is told by a notice, never dropped. */
export class Steering {
  readonly #options: SteeringOptions;
  /** What an app's later instances start with: `podUID/container` → patches in the order they came. */
  readonly #lasting = new Map<string, Patch[]>();

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  async steer(command: SteerCommand): Promise<void> {
    try {
      if (command.target === 'app') this.#app(command);
      else if (command.target === 'envoy') await this.#envoy(command.podUID, command.patch);
      else if (command.target === 'network') this.#network(command.podUID, command.patch);
      else if (command.target === 'pause') await this.#pause(command.containerID, command.paused);
      else this.#images(command.patch);
    } catch (error) {
      this.#options.run.notice('error', 'STEP_FAILED', `A step could not be carried out: ${engineMessage(error)}`);
    }
  }

  /** A new instance of a container that was steered goes on where the last one was. */
  patches(podUID: string, container: string): readonly Patch[] {
    return this.#lasting.get(key(podUID, container)) ?? [];
  }

  #app(command: Extract<SteerCommand, { target: 'app' }>): void {
    const { podUID, container, patch } = command;
    const instance = this.#options.containers.running(podUID, container);
    if (instance !== undefined && !instance.program) {
      const message = `Container ${container} runs ${instance.command.image} itself, which cannot be steered.`;
      this.#options.run.notice('error', 'STEP_WITHOUT_PROGRAM', message);
      return;
    }
    // An end is of one process; everything else is how the app behaves from now on.
    const { instanceOnly, exit, die, ...lasting } = patch;
    if (instanceOnly !== true && Object.keys(lasting).length > 0) {
      const list = this.#lasting.get(key(podUID, container)) ?? [];
      this.#lasting.set(key(podUID, container), [...list, lasting]);
    }
    if (instance !== undefined) send(instance, patch);
    else if (instanceOnly === true || exit !== undefined || die !== undefined) {
      this.#options.run.notice(
        'warning',
        'STEP_WITHOUT_TARGET',
        `Container ${container} is not running: nothing to change.`,
      );
    }
  }

  async #envoy(podUID: string, patch: Patch): Promise<void> {
    const instance = this.#options.containers.running(podUID, 'envoy');
    if (instance === undefined) {
      this.#options.run.notice('error', 'STEP_WITHOUT_TARGET', 'The pod has no running container "envoy".');
      return;
    }
    const container = this.#options.run.docker.getContainer(instance.containerID);
    const { podIP, delay } = { podIP: this.#options.sandboxes.address(podUID), delay: patch.delay ?? patch.slow };
    if (patch.kill === true) await container.kill({ signal: 'SIGKILL' });
    else if (patch.pause === true) await container.kill({ signal: 'SIGSTOP' });
    else if (patch.pause === false) await container.kill({ signal: 'SIGCONT' });
    else if (podIP !== undefined && typeof delay === 'number')
      this.#options.transport.change(podIP, { sidecarDelay: delay });
    else this.#unsupported(`envoy step ${JSON.stringify(patch)}`);
  }

  #images(patch: Patch): void {
    const { image, ...state } = patch;
    if (typeof image === 'string') this.#options.images.change(image, state as ImageState);
    else this.#unsupported(`runtime step ${JSON.stringify(patch)}`);
  }

  async #pause(containerID: string, paused: boolean): Promise<void> {
    const container = this.#options.run.docker.getContainer(containerID);
    // Not the engine's own pause, a freezer: there no signal arrives any more, SIGKILL included.
    await container.kill({ signal: paused ? 'SIGSTOP' : 'SIGCONT' });
  }

  #network(podUID: string, patch: Patch): void {
    const { latency, loss, partition, ...unknown } = patch;
    const podIP = this.#options.sandboxes.address(podUID);
    if (podIP === undefined) {
      this.#options.run.notice('error', 'STEP_WITHOUT_TARGET', 'The pod has no network: it is not running.');
    } else if (Object.keys(unknown).length > 0) this.#unsupported(`network step ${JSON.stringify(patch)}`);
    else this.#options.transport.change(podIP, patch as PathFaults);
  }

  #unsupported(what: string): void {
    this.#options.run.notice('error', 'STEP_UNSUPPORTED', `The docker runtime has no way to do this: ${what}.`);
  }
}

function key(podUID: string, container: string): string {
  return `${podUID}/${container}`;
}

function send(instance: Instance, patch: Patch): void {
  instance.input?.write(`${JSON.stringify(patch)}\n`);
}
