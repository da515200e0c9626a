import type { AppPatch } from '../../programs/app/description.ts';
import type { SteerCommand } from '../port.ts';
import type { VirtualContainer } from './container.ts';
import type { FileTree } from './files.ts';
import type { ImageState, ImageStore } from './images.ts';
import type { NetworkFaults, NetworkNamespace } from './network/namespace.ts';

/** A pod's sandbox and what belongs to it. */
export interface VirtualPod {
  namespace: NetworkNamespace;
  volumes: Map<string, FileTree>;
  /** Changes that also later instances of a container start with. */
  patches: Map<string, AppPatch[]>;
  containers: Set<VirtualContainer>;
}

export interface SteeringContext {
  pods: ReadonlyMap<string, VirtualPod>;
  containers: ReadonlyMap<string, VirtualContainer>;
  images: ImageStore;
  noTarget(message: string): void;
}

type Patch = Readonly<Record<string, unknown>>;

/** Carries out a scenario's steps about the inside of pods. A step that finds nothing to change says so. */
export class Steering {
  readonly #context: SteeringContext;

  constructor(context: SteeringContext) {
    this.#context = context;
  }

  steer(command: SteerCommand): void {
    switch (command.target) {
      case 'app':
        this.#app(command.podUID, command.container, command.patch);
        return;
      case 'envoy':
        this.#envoy(command.podUID, command.patch);
        return;
      case 'network':
        this.#network(command.podUID, command.patch);
        return;
      case 'runtime':
        this.#images(command.patch);
        return;
      case 'pause':
        this.#pause(command.containerID, command.paused);
    }
  }

  #app(podUID: string, container: string, patch: Patch): void {
    const pod = this.#context.pods.get(podUID);
    if (pod === undefined) {
      this.#context.noTarget(`no pod ${podUID} for a step about container "${container}"`);
      return;
    }
    const { instanceOnly, exit: _exit, die: _die, ...lasting } = patch as AppPatch & Record<string, unknown>;
    if (!instanceOnly && Object.keys(lasting).length > 0) {
      const list = pod.patches.get(container) ?? [];
      pod.patches.set(container, list);
      list.push(lasting);
    }
    for (const instance of pod.containers) {
      if (instance.command.container !== container) continue;
      if (instance.state === 'created' && !instanceOnly) instance.describeAnew(lasting);
      if (instance.state === 'running' && !instance.steer(patch)) {
        this.#context.noTarget(`container "${container}" runs nothing that this step could change`);
      }
    }
  }

  #envoy(podUID: string, patch: Patch): void {
    const pod = this.#context.pods.get(podUID);
    const proxy = [...(pod?.containers ?? [])].find((c) => c.command.container === 'envoy' && c.state === 'running');
    if (proxy === undefined) this.#context.noTarget(`no running container "envoy" in pod ${podUID}`);
    else if (patch.kill !== undefined && patch.kill !== false) proxy.signal('SIGKILL');
    else if (patch.pause !== undefined) proxy.freeze(patch.pause === true);
    else if (!proxy.steer(patch)) this.#context.noTarget('the envoy container runs no Envoy');
  }

  #network(podUID: string, patch: Patch): void {
    const pod = this.#context.pods.get(podUID);
    if (pod === undefined) this.#context.noTarget(`no pod ${podUID} for a network step`);
    else pod.namespace.faults = { ...pod.namespace.faults, ...(patch as NetworkFaults) };
  }

  #images(patch: Patch): void {
    const { image, ...state } = patch as ImageState & { image?: string };
    if (image === undefined) this.#context.noTarget('a runtime step without an image');
    else this.#context.images.change(image, state);
  }

  #pause(containerID: string, paused: boolean): void {
    const container = this.#context.containers.get(containerID);
    if (container === undefined) this.#context.noTarget(`no container ${containerID} to pause`);
    else container.freeze(paused);
  }
}
