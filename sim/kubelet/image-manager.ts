import type { Clock } from '../core/clock.ts';
import { formatDuration } from '../core/duration.ts';
import type { Container, Pod } from '../kube/objects.ts';
import { Backoff } from './backoff.ts';
import type { ContainerEvents } from './ports.ts';
import type { RuntimeClient } from './runtime-client.ts';

/** `imageID` is there when `ok`; otherwise the reason and message of the container's waiting state. */
export type ImageOutcome = { ok: true } | { ok: false; reason: string; message: string };

export interface ImageManagerOptions {
  clock: Clock;
  runtime: RuntimeClient;
  events: ContainerEvents;
}

/**
 * Makes sure that a container's image is there, as its pull policy says: one pull at a time on the node, waits that
 * double after a failure, the events of each step.
 * Models kubernetes v1.34 pkg/kubelet/images/image_manager.go EnsureImageExists (serialized pulls).
 */
export class ImageManager {
  readonly #options: ImageManagerOptions;
  readonly #backoff: Backoff;
  /** The text of the last failure by pod and image, repeated while backing off. */
  readonly #lastFailure = new Map<string, string>();
  readonly #queue: (() => void)[] = [];
  #pulling = false;

  constructor(options: ImageManagerOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
  }

  ensure(pod: Pod, container: Container, done: (outcome: ImageOutcome) => void): void {
    const image = container.image ?? '';
    const invalid = invalidName(image);
    if (invalid !== undefined) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${invalid}`;
      this.#event(pod, container, 'Warning', 'InspectFailed', message);
      done({ ok: false, reason: 'InvalidImageName', message });
      return;
    }
    this.#options.runtime.imageStatus(image, ({ present }) => {
      const policy = container.imagePullPolicy ?? 'IfNotPresent';
      if (present && policy !== 'Always') {
        this.#event(pod, container, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
        done({ ok: true });
      } else if (!present && policy === 'Never') {
        const message = `Container image "${image}" is not present with pull policy of Never`;
        this.#event(pod, container, 'Warning', 'ErrImageNeverPull', message);
        done({ ok: false, reason: 'ErrImageNeverPull', message });
      } else {
        this.#pullUnlessBackingOff(pod, container, image, done);
      }
    });
  }

  #pullUnlessBackingOff(pod: Pod, container: Container, image: string, done: (outcome: ImageOutcome) => void): void {
    const { clock } = this.#options;
    const key = `${pod.metadata.uid}_${image}`;
    if (this.#backoff.isInBackoffSinceUpdate(key, clock.now())) {
      this.#event(pod, container, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
      const last = this.#lastFailure.get(key);
      const message = `Back-off pulling image "${image}"${last === undefined ? '' : `: ${last}`}`;
      done({ ok: false, reason: 'ImagePullBackOff', message });
      return;
    }
    this.#event(pod, container, 'Normal', 'Pulling', `Pulling image "${image}"`);
    const askedAt = clock.now();
    this.#enqueue(() => {
      const startedAt = clock.now();
      this.#options.runtime.pullImage(image, (answer) => {
        this.#release();
        if (answer.type === 'image-pull-failed') {
          this.#event(pod, container, 'Warning', 'Failed', `Failed to pull image "${image}": ${answer.message}`);
          this.#backoff.next(key, clock.now());
          this.#lastFailure.set(key, `${answer.reason}: ${answer.message}`);
          done({ ok: false, reason: answer.reason, message: answer.message });
          return;
        }
        const took = formatDuration(clock.now() - startedAt);
        const waited = formatDuration(clock.now() - askedAt);
        const text = `Successfully pulled image "${image}" in ${took} (${waited} including waiting). Image size: ${answer.sizeBytes} bytes.`;
        this.#event(pod, container, 'Normal', 'Pulled', text);
        done({ ok: true });
      });
    });
  }

  #enqueue(pull: () => void): void {
    if (this.#pulling) {
      this.#queue.push(pull);
      return;
    }
    this.#pulling = true;
    pull();
  }

  #release(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#pulling = false;
    else next();
  }

  #event(pod: Pod, container: Container, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#options.events.event(pod, container, type, reason, message);
  }
}

/** What is wrong with an image's name, in the words of the reference parser; undefined if nothing is. */
function invalidName(image: string): string | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const path =
    repository.includes('/') && /[.:]|^localhost/.test(repository.split('/')[0] ?? '')
      ? repository.slice(repository.indexOf('/') + 1)
      : repository;
  if (/[A-Z]/.test(path)) return `invalid reference format: repository name (${path}) must be lowercase`;
  if (!/^[a-z0-9]+(?:(?:\.|_|__|-+|\/)[a-z0-9]+)*$/.test(path)) return 'invalid reference format';
  return undefined;
}
