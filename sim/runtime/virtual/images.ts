import { LabError } from '../../core/errors.ts';
import type { ImageDescription } from '../../programs/catalogue/image.ts';
import { parseReference } from '../image-reference.ts';
import { imageDigest } from './stand-in.ts';

/** How the pull of an image goes wrong, as containerd words it. */
export type PullFailure = 'not-found' | 'unauthorized' | 'server-error' | 'refused' | 'no-such-host';

/** What a scenario says of one image. */
export interface ImageState {
  /** On the node already. */
  present?: boolean;
  /** How long a pull takes, ms. */
  pullMs?: number;
  sizeBytes?: number;
  fails?: PullFailure;
}

export const PULL_FAILURES: readonly PullFailure[] = [
  'not-found',
  'unauthorized',
  'server-error',
  'refused',
  'no-such-host',
];

/** The images of a node: what is there, how long a pull takes, why one fails. */
export class ImageStore {
  readonly #present = new Set<string>();
  readonly #pulled = new Set<string>();
  readonly #states = new Map<string, ImageState>();
  readonly #lookup: (image: string) => ImageDescription | undefined;

  constructor(
    lookup: (image: string) => ImageDescription | undefined,
    states: Readonly<Record<string, ImageState>> = {},
  ) {
    this.#lookup = lookup;
    for (const [image, state] of Object.entries(states)) this.change(image, state);
  }

  /** Says something new about an image. Throws LabError `UNKNOWN_PULL_FAILURE`. */
  change(image: string, state: ImageState): void {
    if (state.fails !== undefined && !PULL_FAILURES.includes(state.fails)) {
      throw new LabError('UNKNOWN_PULL_FAILURE', `"${state.fails}" is no way for a pull to fail`, {
        hint: `Use one of ${PULL_FAILURES.join(', ')}.`,
      });
    }
    this.#states.set(image, { ...this.#states.get(image), ...state });
    if (state.present === true) this.#present.add(image);
    if (state.present === false) this.#present.delete(image);
  }

  isPresent(image: string): boolean {
    return this.#present.has(image) || (this.#states.get(image)?.present ?? this.#lookup(image)?.preloaded ?? false);
  }

  pulled(image: string): void {
    this.#present.add(image);
    this.#pulled.add(image);
  }

  /** As containerd says it: where an image came from and its digest; of one that was never pulled its digest alone. */
  id(image: string): string {
    const { host, path } = parseReference(image);
    return this.#pulled.has(image) ? `${host}/${path}@${imageDigest(image)}` : imageDigest(image);
  }

  sizeBytes(image: string): number {
    return this.#states.get(image)?.sizeBytes ?? this.#lookup(image)?.sizeBytes ?? 14_273_710;
  }

  pullMs(image: string): number | undefined {
    return this.#states.get(image)?.pullMs;
  }

  /** containerd's text for a pull that fails; undefined if it works. */
  failure(image: string): string | undefined {
    const kind = this.#states.get(image)?.fails ?? knownFailure(image);
    return kind === undefined ? undefined : failureText(image, kind);
  }
}

/** A host under .invalid never resolves. */
function knownFailure(image: string): PullFailure | undefined {
  return /^[^/]*\.invalid(?::\d+)?\//.test(image) ? 'no-such-host' : undefined;
}

// Models containerd 1.6 remotes/docker (texts as recorded by a real node).
function failureText(image: string, kind: PullFailure): string {
  const { reference, host, path, tag } = parseReference(image);
  const resolve = `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": `;
  const plain = /^(?:localhost|127\.)/.test(host);
  const url = `${plain ? 'http' : 'https'}://${host === 'docker.io' ? 'registry-1.docker.io' : host}/v2/${path}/manifests/${tag}`;
  switch (kind) {
    case 'not-found':
      return `rpc error: code = NotFound desc = ${resolve}${reference}: not found`;
    case 'unauthorized':
      return `${resolve}pulling from host ${host} failed with status code [manifests ${tag}]: 401 Unauthorized`;
    case 'server-error':
      return `${resolve}pulling from host ${host} failed with status code [manifests ${tag}]: 500 Internal Server Error`;
    case 'refused':
      return `${resolve}failed to do request: Head "${url}": dial tcp ${host}: connect: connection refused`;
    case 'no-such-host':
      return `${resolve}failed to do request: Head "${url}": dial tcp: lookup ${host.replace(/:\d+$/, '')} on 10.96.0.10:53: no such host`;
  }
}
