import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import type { ContainerCommand, ContainerMount } from '../../sim/runtime/port.ts';
import { LABEL, type OwnerLabels } from './owner.ts';

/** What a file with a private key has, where its reader can own it. */
const OWNER_ONLY = 0o600;
/** The kubelet reads this much of a termination message. */
const MAX_MESSAGE_BYTES = 4096;

/** Where runs keep the directories that they mount into containers. The engine must see the same path. */
export function stateRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.PROBELAB_STATE_DIR ?? join(tmpdir(), 'probelab');
}

/** The directories of one run: emptyDir and file volumes by pod, termination message files by container instance. */
export class RunDirectory {
  readonly path: string;
  readonly #reveal: (content: Uint8Array) => Uint8Array;
  #messages = 0;

  /** `reveal` puts in what is not to stand anywhere else: private keys. */
  constructor(labels: OwnerLabels, root = stateRoot(), reveal = (content: Uint8Array) => content) {
    this.#reveal = reveal;
    this.path = join(root, labels[LABEL.run] ?? '');
    // Secrets are among the volumes; the engine mounts them past this folder's mode.
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.path, 'owner.json'), JSON.stringify(labels));
  }

  /** Bind mounts for a container. Files of a volume are written anew, so that a changed ConfigMap is seen by the next instance. */
  binds(command: ContainerCommand): string[] {
    return command.mounts.map((mount) => {
      const source = this.#source(command, mount);
      return `${source}:${mount.mountPath}:${mount.readOnly ? 'ro' : 'rw'}`;
    });
  }

  /** An empty file for a container instance to leave its last words in. */
  messageFile(): string {
    const path = join(this.path, 'messages', String(this.#messages++));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    // Whatever user the container runs as may write it.
    chmodSync(path, 0o666);
    return path;
  }

  /** The pod's directories go with it. */
  async removePod(podUID: string): Promise<void> {
    await rm(this.#podPath(podUID), { recursive: true, force: true });
  }

  #podPath(podUID: string): string {
    return join(this.path, 'pods', podUID);
  }

  #source({ podUID, security }: ContainerCommand, mount: ContainerMount): string {
    const volume = join(this.#podPath(podUID), mount.source.volume);
    mkdirSync(volume, { recursive: true });
    if (mount.source.type === 'files') this.#writeFiles(volume, mount.source, security.runAsUser);
    else chmodSync(volume, 0o777);
    if (!mount.subPath) return volume;
    const path = join(volume, normalize(`/${mount.subPath}`));
    if (mount.source.type === 'emptyDir') mkdirSync(path, { recursive: true });
    return path;
  }

  #writeFiles(
    volume: string,
    source: Extract<ContainerMount['source'], { type: 'files' }>,
    user: number | undefined,
  ): void {
    for (const [name, content] of Object.entries(source.files)) {
      // A path that climbs out of its volume stays in it.
      const path = join(volume, normalize(`/${name}`));
      mkdirSync(dirname(path), { recursive: true });
      const revealed = this.#reveal(content);
      const reader = revealed === content ? undefined : soleReader(path, user);
      writeFileSync(path, revealed, { mode: OWNER_ONLY });
      chmodSync(path, reader !== undefined && giveTo(reader, path) ? OWNER_ONLY : source.mode);
    }
  }
}

/** The user that the container runs as, if that is said and nobody else has been given the file before. */
function soleReader(path: string, user: number | undefined): number | undefined {
  const earlier = statSync(path, { throwIfNoEntry: false });
  if (earlier === undefined) return user;
  return earlier.uid === user && (earlier.mode & 0o777) === OWNER_ONLY ? user : undefined;
}

/** False where this process may give no files away: it is not root, or root without that right. */
function giveTo(user: number, path: string): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    chownSync(path, user, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a container left in its message file; undefined if nothing. */
export function readMessage(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(MAX_MESSAGE_BYTES);
      const length = readSync(file, buffer, 0, buffer.length, 0);
      return length === 0 ? undefined : buffer.toString('utf8', 0, length);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** The labels that a run's directory was made with; undefined if it is none of ours. */
export function directoryOwner(path: string): OwnerLabels | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as OwnerLabels;
  } catch {
    return undefined;
  }
}
