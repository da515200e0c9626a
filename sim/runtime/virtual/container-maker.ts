import { patchDescription } from '../../programs/app/app-patch.ts';
import type { AppDescription } from '../../programs/app/description.ts';
import { slowStart } from '../../programs/app/slow-start.ts';
import type { ImageDescription } from '../../programs/catalogue/image.ts';
import type { ContainerCommand, RuntimeEvent } from '../port.ts';
import { type ContainerParts, VirtualContainer } from './container.ts';
import { ContainerFiles, makeMounts } from './files.ts';
import { standInApp, startsShell, UNKNOWN_IMAGE } from './stand-in.ts';
import type { VirtualPod } from './steering.ts';

export interface ContainerMakerOptions {
  /** How apps behave, by container name or by image. */
  apps: Readonly<Record<string, AppDescription>>;
  /** Which image is what. */
  lookup(image: string): ImageDescription | undefined;
  world: ContainerParts['world'];
  emit(event: RuntimeEvent): void;
}

/** Makes containers out of commands, images and descriptions of apps, and begins them with what steps have changed. */
export class ContainerMaker {
  readonly #options: ContainerMakerOptions;

  constructor(options: ContainerMakerOptions) {
    this.#options = options;
  }

  make(pod: VirtualPod, command: ContainerCommand, containerID: string): VirtualContainer {
    const { lookup, world, emit } = this.#options;
    const image = lookup(command.image);
    const wallNow = () => world.clock.epochMs + world.clock.now();
    const files = new ContainerFiles({
      mounts: makeMounts(command.mounts, pod.volumes, wallNow()),
      readOnlyRoot: command.security.readOnlyRootFilesystem ?? false,
      wallNow,
    });
    for (const [path, content] of Object.entries(image?.files ?? {}))
      files.addImageFile(path, new TextEncoder().encode(content));
    const app = this.#appOf(pod, command, image);
    return new VirtualContainer({
      command,
      containerID,
      image: image ?? UNKNOWN_IMAGE,
      app,
      world,
      namespace: pod.namespace,
      files,
      emit,
    });
  }

  /** Starts a container's process; returns what is in the way of it. `pod`: undefined if it is gone by now. */
  begin(instance: VirtualContainer, pod: VirtualPod | undefined): string | undefined {
    const problem = instance.start();
    if (problem !== undefined || instance.app !== undefined) return problem;
    const late = slowStart(this.#described(instance.command));
    if (late !== undefined) {
      instance.freeze(true);
      this.#options.world.clock.setTimeout(() => instance.freeze(false), late);
    }
    for (const patch of pod?.patches.get(instance.command.container) ?? [])
      instance.steer(patch as Readonly<Record<string, unknown>>);
    return undefined;
  }

  #described({ container, image }: ContainerCommand): AppDescription | undefined {
    const { apps } = this.#options;
    return apps[container] ?? apps[image];
  }

  /** How the container's app behaves if not by the image's own program, with what steps have changed. */
  #appOf(pod: VirtualPod, command: ContainerCommand, image: ImageDescription | undefined): AppDescription | undefined {
    let app = this.#described(command);
    if (image !== undefined && slowStart(app) !== undefined) return undefined;
    if (app === undefined && image === undefined && !startsShell(command)) {
      app = standInApp(command);
      this.#options.world.notice(
        'warning',
        'IMAGE_STAND_IN',
        `image "${command.image}" of container "${command.container}" is not known: a stand-in runs instead, which answers 200 at its declared ports; describe it under apps, or use the docker runtime`,
      );
    }
    if (app === undefined) return undefined;
    return (pod.patches.get(command.container) ?? []).reduce(patchDescription, app);
  }
}
