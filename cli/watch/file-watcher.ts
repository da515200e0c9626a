import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { folderTree } from '../folder-tree.ts';

/** Several saves within this time are one: editors write, rename and touch. */
const QUIET_MS = 40;
/** More are no project of scenarios: the system has a limit of its own. */
const MOST_FOLDERS = 2000;
const WATCHED = /\.(ya?ml|json)$/;

/**
 * Tells which YAML and JSON files changed in and beside the given files and folders; full paths. A place that cannot be
 * watched is left out.
 */
export class FileWatcher {
  readonly #watchers: FSWatcher[] = [];
  readonly #changed = new Set<string>();
  readonly #onChange: (files: ReadonlySet<string>) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(paths: readonly string[], onChange: (files: ReadonlySet<string>) => void) {
    this.#onChange = onChange;
    for (const folder of new Set(paths.map(folderOf).flatMap(foldersBelow))) this.#watch(folder);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #watch(folder: string): void {
    try {
      // Each folder by itself: where Node watches recursively by files (Linux), it loses those that are replaced.
      const watcher = watch(folder, (_, name) => {
        if (name === null || !WATCHED.test(name)) return;
        this.#changed.add(join(folder, name));
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#tell(), QUIET_MS);
      });
      // The folder was removed: nothing changes there any more.
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // No such folder, or no right to: what is there to run says so.
    }
  }

  #tell(): void {
    const files = new Set(this.#changed);
    this.#changed.clear();
    this.#onChange(files);
  }
}

/** A folder and those below it, as they are now. */
function foldersBelow(folder: string): string[] {
  const { folders } = folderTree(folder);
  return folders.length === 0 ? [folder] : folders.slice(0, MOST_FOLDERS);
}

function folderOf(path: string): string {
  try {
    return statSync(path).isDirectory() ? resolve(path) : dirname(resolve(path));
  } catch {
    return dirname(resolve(path));
  }
}
