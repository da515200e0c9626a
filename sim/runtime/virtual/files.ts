import type { ProgramFiles } from '../../programs/host.ts';
import type { ContainerMount } from '../port.ts';
import type { UnixServer } from './unix-sockets.ts';

interface Entry {
  content: Uint8Array;
  modifiedAt: number;
}

/** A directory tree: files by path; a volume's, shared by the containers that mount it. */
export class FileTree {
  readonly files = new Map<string, Entry>();
  readonly directories = new Set<string>();
  /** Who listens at a socket; its file is among the files, and may be there without anybody listening. */
  readonly sockets = new Map<string, UnixServer>();
}

interface Mount {
  path: string;
  tree: FileTree;
  /** Path within the tree. */
  sub: string;
  readOnly: boolean;
}

const SYSTEM_DIRECTORIES = [
  '/',
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/local',
  '/usr/local/bin',
  '/var',
  '/var/lib',
  '/var/log',
  '/var/run',
  '/var/tmp',
];
/** What a program writes there is gone, or goes to its output, which the caller sees to. */
const DEVICES = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/full',
  '/dev/stdin',
  '/dev/tty',
  '/dev/urandom',
  '/dev/random',
]);

/** The files of one container instance: a fresh root each time, with the pod's volumes in it. */
export class ContainerFiles implements ProgramFiles {
  readonly #root = new FileTree();
  readonly #mounts: readonly Mount[];
  readonly #readOnlyRoot: boolean;
  readonly #wallNow: () => number;
  readonly #madeAt: number;
  /** What was in the image and is there no more. */
  readonly #removed = new Set<string>();

  constructor(options: { mounts: readonly Mount[]; readOnlyRoot: boolean; wallNow: () => number }) {
    // The deepest mount that holds a path wins.
    this.#mounts = [...options.mounts].sort((a, b) => b.path.length - a.path.length);
    this.#readOnlyRoot = options.readOnlyRoot;
    this.#wallNow = options.wallNow;
    this.#madeAt = options.wallNow();
    for (const directory of SYSTEM_DIRECTORIES) this.#root.directories.add(directory);
    for (const mount of options.mounts) addParents(this.#root, `${mount.path}/x`);
  }

  /** A file of the image: it is there, whether or not the root may be written to. */
  addImageFile(path: string, content: Uint8Array): void {
    const name = normalize(path);
    addParents(this.#root, name);
    this.#root.files.set(name, { content, modifiedAt: this.#madeAt });
  }

  read(path: string): Uint8Array | undefined {
    const place = this.#place(path);
    return place.tree.files.get(place.path)?.content;
  }

  write(path: string, content: Uint8Array): void {
    this.#put(path, content, true);
  }

  /** As an `open` for writing would fail: `Read-only file system`, `Is a directory`, or undefined if it was written. */
  tryWrite(path: string, content: Uint8Array): string | undefined {
    return this.#put(path, content, false);
  }

  remove(path: string): void {
    this.tryRemove(path);
  }

  tryRemove(path: string): string | undefined {
    const place = this.#place(path);
    if (place.readOnly && (place.tree.files.has(place.path) || this.isDirectory(path))) return 'Read-only file system';
    this.#removed.add(normalize(path));
    place.tree.sockets.delete(place.path);
    for (const name of [...place.tree.files.keys()]) {
      if (name === place.path || name.startsWith(`${place.path}/`)) place.tree.files.delete(name);
    }
    for (const name of [...place.tree.directories]) {
      if (name === place.path || name.startsWith(`${place.path}/`)) place.tree.directories.delete(name);
    }
    return undefined;
  }

  exists(path: string): boolean {
    const place = this.#place(path);
    return DEVICES.has(place.path) || place.tree.files.has(place.path) || this.isDirectory(path);
  }

  isDirectory(path: string): boolean {
    const place = this.#place(path);
    return place.tree.directories.has(place.path) || place.path === '' || place.path === '/';
  }

  makeDirectory(path: string): string | undefined {
    const place = this.#place(path);
    if (place.readOnly) return 'Read-only file system';
    addParents(place.tree, `${place.path}/x`);
    return undefined;
  }

  list(directory: string): readonly string[] {
    const place = this.#place(directory);
    const prefix = place.path.endsWith('/') ? place.path : `${place.path}/`;
    const names = new Set<string>();
    for (const path of [...place.tree.files.keys(), ...place.tree.directories]) {
      if (path.startsWith(prefix) && path !== prefix) names.add(path.slice(prefix.length).split('/')[0] ?? '');
    }
    names.delete('');
    return [...names].sort();
  }

  modifiedAt(path: string): number | undefined {
    const place = this.#place(path);
    return place.tree.files.get(place.path)?.modifiedAt ?? (this.isDirectory(path) ? this.#madeAt : undefined);
  }

  setModifiedAt(path: string, epochMs: number): void {
    const place = this.#place(path);
    const entry = place.tree.files.get(place.path);
    if (entry !== undefined) entry.modifiedAt = epochMs;
  }

  /** True for a file of the image, a program for one, that somebody has removed. */
  isRemoved(path: string): boolean {
    return this.#removed.has(normalize(path));
  }

  /** A socket's file with its listener; replaces what is there. */
  bindSocket(path: string, server: UnixServer): void {
    this.#put(path, new Uint8Array(0), true);
    const place = this.#place(path);
    place.tree.sockets.set(place.path, server);
  }

  /** Who listens at a socket's file. */
  socket(path: string): UnixServer | undefined {
    const place = this.#place(path);
    return place.tree.sockets.get(place.path);
  }

  /** Nobody listens any more; the file stays. */
  unbindSocket(path: string, server: UnixServer): void {
    const place = this.#place(path);
    if (place.tree.sockets.get(place.path) === server) place.tree.sockets.delete(place.path);
  }

  #put(path: string, content: Uint8Array, makeParents: boolean): string | undefined {
    const place = this.#place(path);
    if (DEVICES.has(place.path)) return undefined;
    if (this.isDirectory(path)) return 'Is a directory';
    if (!makeParents && !this.isDirectory(parentOf(normalize(path)))) return 'nonexistent directory';
    if (place.readOnly && !place.path.startsWith('/dev/')) return 'Read-only file system';
    addParents(place.tree, place.path);
    this.#removed.delete(normalize(path));
    place.tree.files.set(place.path, { content, modifiedAt: this.#wallNow() });
    return undefined;
  }

  #place(given: string): { tree: FileTree; path: string; readOnly: boolean } {
    const path = normalize(given);
    for (const mount of this.#mounts) {
      if (path === mount.path) return { tree: mount.tree, path: mount.sub || '/', readOnly: mount.readOnly };
      if (path.startsWith(`${mount.path}/`)) {
        return { tree: mount.tree, path: `${mount.sub}${path.slice(mount.path.length)}`, readOnly: mount.readOnly };
      }
    }
    return { tree: this.#root, path, readOnly: this.#readOnlyRoot };
  }
}

/** The mounts of a container; `volumes` are the pod's emptyDirs, made on first use. */
export function makeMounts(
  mounts: readonly ContainerMount[],
  volumes: Map<string, FileTree>,
  wallNow: number,
): readonly Mount[] {
  return mounts.map((mount) => {
    const sub = mount.subPath === undefined ? '' : normalize(`/${mount.subPath}`);
    const path = normalize(mount.mountPath);
    if (mount.source.type === 'files') {
      const tree = new FileTree();
      for (const [name, content] of Object.entries(mount.source.files)) {
        const file = normalize(`/${name}`);
        addParents(tree, file);
        tree.files.set(file, { content, modifiedAt: wallNow });
      }
      return { path, tree, sub, readOnly: true };
    }
    const tree = volumes.get(mount.source.volume) ?? new FileTree();
    volumes.set(mount.source.volume, tree);
    tree.directories.add('/');
    if (sub !== '') addParents(tree, `${sub}/x`);
    return { path, tree, sub, readOnly: mount.readOnly };
  });
}

/** An absolute path without `.`, `..` and double slashes. */
export function normalize(path: string): string {
  if (
    !path.includes('//') &&
    !path.includes('/.') &&
    path.startsWith('/') &&
    (path.length === 1 || !path.endsWith('/'))
  )
    return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function addParents(tree: FileTree, path: string): void {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    tree.directories.add(path.slice(0, at));
}
