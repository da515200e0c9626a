import type Dockerode from 'dockerode';
import type { AppDescription } from '../../sim/programs/app/description.ts';
import { slowStart } from '../../sim/programs/app/slow-start.ts';
import type { RegistryCredential, RuntimeEvent } from '../../sim/runtime/port.ts';
import { ImageStore, type PullFailure } from '../../sim/runtime/virtual/images.ts';
import { APP_IMAGE, catalogueTag, withTag } from '../images/catalogue.ts';
import { inspectImage } from '../images/inspect.ts';
import { followProgress } from '../images/progress.ts';
import { engineMessage, engineStatus } from './engine.ts';
import type { CommandLine } from './late-start.ts';

const CONCURRENT_PULLS = 3;
const PROGRAM_HOST_LABEL = 'dev.probelab.program-host';

/** What a step says of one image. */
export interface ImageState {
  /** False: as if it had to be pulled. */
  present?: boolean;
  /** How long its pull takes, ms, where the engine has it already. */
  pullMs?: number;
  /** Why its pulls fail from now on. */
  fails?: PullFailure | undefined;
}

export interface ResolvedImage {
  /** What the engine is asked to run. */
  reference: string;
  imageID: string;
  sizeBytes: number;
  /** What runs in it if nobody says anything else. */
  commandLine: CommandLine;
  /** The image hosts our programs; `description` says how the app behaves, if the scenario does. */
  programHost: boolean;
  description?: AppDescription;
  /** Made by `probelab images build`: no registry has it, so a pull means to take it as it is. */
  ours: boolean;
  /** What stands behind the name, if it is not what the name promises. */
  standIn?: string;
}

export interface ImageServiceOptions {
  docker: Dockerode;
  /** How apps behave, by container name or image. */
  apps: Readonly<Record<string, AppDescription>>;
  /** Image or container → another image, or `real`: never a stand-in. */
  images: Readonly<Record<string, string>>;
  /** Images that may be missing because a described app runs instead. */
  described: ReadonlySet<string>;
}

/** Which image runs for a name in a manifest: present, the user's override, or a described app in its place. */
export class ImageService {
  readonly #options: ImageServiceOptions;
  /** Only for the words: what a node's own runtime says when a pull fails so. */
  readonly #failures = new ImageStore(() => undefined);
  readonly #states = new Map<string, ImageState>();
  readonly #queue: (() => void)[] = [];
  #pulling = 0;

  constructor(options: ImageServiceOptions) {
    this.#options = options;
  }

  /** Says something new about an image. Throws LabError `UNKNOWN_PULL_FAILURE`. */
  change(image: string, state: ImageState): void {
    // `fails: null` in a scenario: pulls work again.
    const known = { ...this.#states.get(image), ...state, fails: state.fails ?? undefined };
    if (known.fails !== undefined) this.#failures.change(image, { fails: known.fails });
    this.#states.set(image, known);
  }

  /** Undefined: it is not here and nothing may stand in for it. */
  async resolve(image: string, container?: string): Promise<ResolvedImage | undefined> {
    if (this.#states.get(image)?.present === false) return undefined;
    return this.#resolve(image, container);
  }

  async #resolve(image: string, container?: string): Promise<ResolvedImage | undefined> {
    const { docker, apps, images, described } = this.#options;
    const override = (container === undefined ? undefined : images[container]) ?? images[image];
    const reference = override === undefined || override === 'real' ? image : override;
    const said = (container === undefined ? undefined : apps[container]) ?? apps[image] ?? apps[withTag(image)];
    // A late start is no description of an app: the image's own program runs.
    const description = slowStart(said) === undefined ? said : undefined;
    const info = await this.#inspect(reference);
    if (info !== undefined) {
      const programHost = info.Config?.Labels?.[PROGRAM_HOST_LABEL] !== undefined;
      const ours = info.Config?.Labels?.['dev.probelab.content'] !== undefined;
      const note = ours ? catalogueTag(reference)?.note : undefined;
      if (note !== undefined && asksForReal(image, override)) return undefined;
      return {
        reference,
        imageID: info.Id,
        sizeBytes: info.Size,
        commandLine: commandLine(info),
        programHost,
        ours,
        ...(programHost && description !== undefined ? { description } : {}),
        ...(note === undefined ? {} : { standIn: note }),
      };
    }
    // Who names another image means that one: it is pulled.
    if (override !== undefined || (description === undefined && !described.has(image))) return undefined;
    const app = await inspectImage(docker, APP_IMAGE);
    if (app === undefined) return undefined;
    return {
      reference: APP_IMAGE,
      imageID: app.Id,
      sizeBytes: app.Size,
      commandLine: commandLine(app),
      programHost: true,
      ours: true,
      ...(description === undefined ? {} : { description }),
      standIn: 'an app as the scenario describes it',
    };
  }

  async pull(
    command: { id: string; image: string; pullSecrets?: readonly RegistryCredential[] },
    emit: (event: RuntimeEvent) => void,
  ): Promise<void> {
    if (await this.#pretend(command, emit)) return;
    const { docker, images } = this.#options;
    const override = images[command.image];
    const reference = withTag(override === undefined || override === 'real' ? command.image : override);
    const done = await this.#slot();
    try {
      const auth = credentialFor(reference, command.pullSecrets ?? []);
      const stream = await docker.pull(reference, auth === undefined ? {} : { authconfig: auth });
      await followProgress(docker, stream);
      const info = await docker.getImage(reference).inspect();
      emit({ type: 'image-pulled', id: command.id, image: command.image, imageID: info.Id, sizeBytes: info.Size });
    } catch (error) {
      emit({ type: 'image-pull-failed', id: command.id, image: command.image, ...pullFailure(reference, error) });
    } finally {
      done();
    }
  }

  /** A pull that no registry is asked for: one that a step lets fail, and one of an image that is here. */
  async #pretend({ id, image }: { id: string; image: string }, emit: (event: RuntimeEvent) => void): Promise<boolean> {
    const state = this.#states.get(image);
    if (state?.fails !== undefined) {
      const message = this.#failures.failure(image) ?? state.fails;
      emit({ type: 'image-pull-failed', id, image, reason: 'ErrImagePull', message });
      return true;
    }
    const here = asksForReal(image, this.#options.images[image]) ? undefined : await this.#resolve(image);
    if (here === undefined || (!here.ours && state?.present !== false)) return false;
    await new Promise((resolve) => setTimeout(resolve, state?.pullMs ?? 0));
    this.#states.set(image, { ...state, present: true });
    emit({ type: 'image-pulled', id, image, imageID: here.imageID, sizeBytes: here.sizeBytes });
    return true;
  }

  async #inspect(reference: string): Promise<Dockerode.ImageInspectInfo | undefined> {
    try {
      return await inspectImage(this.#options.docker, reference);
    } catch (error) {
      // A name that cannot be one: the pull says so in the right words.
      if (engineStatus(error) === 400) return undefined;
      throw error;
    }
  }

  /** Waits for a free place among the pulls; call the result to give it back. */
  #slot(): Promise<() => void> {
    const release = (): void => {
      this.#pulling--;
      this.#queue.shift()?.();
    };
    return new Promise((resolve) => {
      const take = (): void => {
        this.#pulling++;
        resolve(release);
      };
      if (this.#pulling < CONCURRENT_PULLS) take();
      else this.#queue.push(take);
    });
  }
}

/** `real`, or the image's own name: no stand-in, not even one that is here under that name. */
function asksForReal(image: string, override: string | undefined): boolean {
  return override !== undefined && (override === 'real' || withTag(override) === withTag(image));
}

function credentialFor(reference: string, secrets: readonly RegistryCredential[]) {
  const registry = /^([^/]+[.:][^/]*|localhost)\//.exec(reference)?.[1] ?? 'index.docker.io';
  const found = secrets.find((secret) => secret.registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '') === registry);
  return found && { username: found.username, password: found.password, serveraddress: found.registry };
}

/** The engine's error in the form of the CRI's, which the kubelet shows. Models containerd pkg/cri PullImage's wrapping. */
function pullFailure(
  reference: string,
  error: unknown,
): { reason: 'ErrImagePull' | 'InvalidImageName' | 'RegistryUnavailable'; message: string } {
  const message = engineMessage(error);
  if (/invalid reference format/.test(message)) return { reason: 'InvalidImageName', message };
  const named = canonical(reference);
  const request = /^(Get|Head) "/.test(message) ? 'failed to do request: ' : '';
  const wrapped = `failed to pull and unpack image "${named}": failed to resolve reference "${named}": ${request}${message}`;
  if (/manifest unknown|not found|does not exist/i.test(message) && !/no such host/.test(message)) {
    return { reason: 'ErrImagePull', message: `rpc error: code = NotFound desc = ${wrapped}` };
  }
  return { reason: 'ErrImagePull', message: wrapped };
}

/** `busybox:1` → `docker.io/library/busybox:1`. */
function canonical(reference: string): string {
  const first = reference.split('/')[0] ?? '';
  if (reference.includes('/') && (/[.:]/.test(first) || first === 'localhost')) return reference;
  return `docker.io/${reference.includes('/') ? '' : 'library/'}${reference}`;
}

function commandLine({ Config: { Entrypoint, Cmd } }: Dockerode.ImageInspectInfo): CommandLine {
  return {
    ...(Entrypoint ? { Entrypoint: [Entrypoint].flat() } : {}),
    ...(Cmd ? { Cmd } : {}),
  };
}
